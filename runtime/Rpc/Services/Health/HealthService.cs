using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Hosting;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Yyc3.Connectors.Rpc.Services.Health;

/// <summary>grpc.health.v1 for load balancers and probes.</summary>
public sealed class HealthService(HealthState state, IHostApplicationLifetime lifetime)
    : Grpc.Health.V1.Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        return state.Find(request.Service) is { } status
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw new RpcException(new Status(StatusCode.NotFound, $"The service '{request.Service}' is not known."));
    }

    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var response = new HealthListResponse();
        foreach (var (service, status) in state.All)
        {
            response.Statuses[service] = new HealthCheckResponse { Status = status };
        }
        return Task.FromResult(response);
    }

    public override async Task Watch(
        HealthCheckRequest request,
        IServerStreamWriter<HealthCheckResponse> responseStream,
        ServerCallContext context
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        var changes = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        state.Watch(changes.Writer);
        // An open watch would hold up the shutdown of the server.
        using var stopping = lifetime.ApplicationStopping.UnsafeRegister(_ => changes.Writer.TryComplete(), null);
        try
        {
            ServingStatus? reported = null;
            do
            {
                var now = state.Find(request.Service) ?? ServingStatus.ServiceUnknown;
                if (now != reported)
                {
                    reported = now;
                    await responseStream.WriteAsync(
                        new HealthCheckResponse { Status = now },
                        context.CancellationToken
                    );
                }
            } while (await NextAsync(changes.Reader, context.CancellationToken));
        }
        finally
        {
            state.Unwatch(changes.Writer);
        }
        throw new RpcException(new Status(StatusCode.Unavailable, "The server is shutting down."));
    }

    private static async ValueTask<bool> NextAsync(ChannelReader<bool> changes, CancellationToken cancellationToken) =>
        await changes.WaitToReadAsync(cancellationToken) && changes.TryRead(out _);
}
