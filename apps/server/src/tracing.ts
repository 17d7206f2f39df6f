/** Sends spans to an OpenTelemetry collector where the environment names one. */
import { TraceFlags, isSpanContextValid, propagation, trace } from "@opentelemetry/api"
import type { TextMapPropagator, Tracer } from "@opentelemetry/api"

type Environment = Readonly<Record<string, string | undefined>>

export interface Tracing {
  readonly tracer: Tracer
  /** Sends what is left. */
  close(): Promise<void>
}

const header = "traceparent"
const version0 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The W3C Trace Context header, read from callers. Upstreams are told nothing of it. */
const traceContext: TextMapPropagator = {
  fields: () => [header],
  inject: () => undefined,
  extract: (context, carrier, getter) => {
    const value = getter.get(carrier, header)
    const [, traceId = "", spanId = "", flags = ""] = version0.exec(typeof value === "string" ? value : "") ?? []
    const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
    return isSpanContextValid(parent) ? trace.setSpanContext(context, parent) : context
  },
}

/** Null unless OTEL_EXPORTER_OTLP_ENDPOINT (or its form for traces alone) is set; nothing is loaded then. */
export async function openTracing(environment: Environment, serviceVersion: string): Promise<Tracing | null> {
  const isAsked = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"].some((name) => (environment[name] ?? "") !== "")
  if (!isAsked) return null
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/sdk-trace"), import("@opentelemetry/exporter-trace-otlp-http"), import("@opentelemetry/resources"),
  ])
  const named = environment["OTEL_SERVICE_NAME"] ?? ""
  const service = { "service.name": named === "" ? "daydream" : named, "service.version": serviceVersion }
  const provider = new TracerProvider({
    resource: resourceFromAttributes(service),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  propagation.setGlobalPropagator(traceContext)
  return {
    tracer: provider.getTracer("@daydream/fabric"),
    close: async () => {
      propagation.disable()
      await provider.shutdown()
    },
  }
}
