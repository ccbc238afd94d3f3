using Yyc3.Connectors.TestServers.Interop;

await using var app = InteropHost.Build(args);
await app.RunAsync();
