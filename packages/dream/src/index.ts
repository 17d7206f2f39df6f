/** Dream: characters that remember, in a world that no generated sentence can contradict. Each folder is an entrance. */
export {}
