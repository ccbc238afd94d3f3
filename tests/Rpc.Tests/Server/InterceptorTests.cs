using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Yyc3.Connectors.Rpc.Tests.Server.Wire;

namespace Yyc3.Connectors.Rpc.Tests.Server;

public sealed class InterceptorTests
{
    [Theory]
    [InlineData(RpcTestServer.Echo)]
    [InlineData(RpcTestServer.Collect)]
    [InlineData(RpcTestServer.Expand)]
    [InlineData(RpcTestServer.Chat)]
    public async Task Interceptors_wrap_every_kind_of_call_in_their_order(string method)
    {
        var steps = new ConcurrentQueue<string>();
        await using var server = await RpcTestServer.StartAsync(
            options =>
            {
                options.Interceptors.Add<Recorder>("outer");
                options.Interceptors.Add<Recorder>("inner");
            },
            services => services.AddSingleton(steps)
        );

        var reply = await server.CallAsync(method, WireFrames.Text("x"));

        Assert.Equal(StatusCode.OK, reply.Status);
        Assert.Equal(["outer in", "inner in", "inner out", "outer out"], steps);
    }

    [Fact]
    public async Task An_interceptor_is_taken_from_the_container_and_lives_once()
    {
        var steps = new ConcurrentQueue<string>();
        var made = 0;
        await using var server = await RpcTestServer.StartAsync(
            options => options.Interceptors.Add<Recorder>(),
            services =>
                services.AddSingleton(_ =>
                {
                    Interlocked.Increment(ref made);
                    return new Recorder(steps, "shared");
                })
        );

        await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));
        await server.CallAsync(RpcTestServer.Collect, WireFrames.Text(""));

        Assert.Equal(1, made);
        Assert.Equal(4, steps.Count);
    }

    [Fact]
    public async Task An_interceptor_can_refuse_a_call()
    {
        await using var server = await RpcTestServer.StartAsync(options => options.Interceptors.Add<Refusal>());
        server.Handlers.Echo = (_, _) => throw new InvalidOperationException("The handler must not run.");

        var reply = await server.CallAsync(RpcTestServer.Echo, WireFrames.Text(""));

        Assert.Equal((StatusCode.PermissionDenied, "PERMISSION_DENIED"), (reply.Status, reply.Details?.Code));
    }

    private sealed class Refusal : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request,
            ServerCallContext context,
            UnaryServerMethod<TRequest, TResponse> continuation
        ) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"));
    }

    private sealed class Recorder(ConcurrentQueue<string> steps, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request,
            ServerCallContext context,
            UnaryServerMethod<TRequest, TResponse> continuation
        ) => RecordAsync(() => continuation(request, context));

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation
        ) => RecordAsync(() => continuation(requestStream, context));

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation
        ) => RecordAsync(() => Wrap(continuation(request, responseStream, context)));

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation
        ) => RecordAsync(() => Wrap(continuation(requestStream, responseStream, context)));

        private static async Task<bool> Wrap(Task task)
        {
            await task;
            return true;
        }

        private async Task<T> RecordAsync<T>(Func<Task<T>> continuation)
        {
            steps.Enqueue(name + " in");
            var result = await continuation();
            steps.Enqueue(name + " out");
            return result;
        }
    }
}
