using Yyc3.Connectors.Benchmarks;
using Yyc3.Connectors.Benchmarks.Servers;

// "serve <role> <port for HTTP/1.1> <port for HTTP/2>" is how the benchmarks start the servers that they compare with.
if (args is ["serve", var role, var http1, var http2])
{
    await YardstickServer.Build(role, http1, http2).RunAsync();
    return 0;
}

return await BenchmarkRun.RunAsync(args, CancellationToken.None);
