using System.Runtime.InteropServices;
using Grpc.Core;
using Yyc3.Connectors.Rpc.Calls.Errors;

namespace Yyc3.Connectors.Rpc.Calls;

/// <summary>How a call ends on the wire.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CallOutcome(Status Status, Metadata? Trailers)
{
    /// <summary>The outcome of a handler that returned.</summary>
    public static CallOutcome Of(ServerCall call)
    {
        if (call.IsDeadlinePassed)
        {
            return Of(call, RichStatus.Create(RpcErrors.DeadlineExceeded, call.Language));
        }
        return call.Status.StatusCode == StatusCode.OK
            ? new CallOutcome(call.Status, call.TrailersOrNull)
            : Detailed(call.Status, call.TrailersOrNull, call);
    }

    public static CallOutcome Of(ServerCall call, RichStatus failure)
    {
        var trailers = call.TrailersOrNull ?? [];
        failure.AddTo(trailers);
        return new CallOutcome(new Status(failure.StatusCode, failure.Message), trailers);
    }

    public static CallOutcome Of(ServerCall call, RpcException exception)
    {
        var trailers = call.TrailersOrNull;
        if (exception.Trailers.Count > 0)
        {
            trailers ??= [];
            foreach (var entry in exception.Trailers)
            {
                trailers.Add(entry);
            }
        }
        return Detailed(exception.Status, trailers, call);
    }

    // Every failure carries an ErrorInfo, also one thrown with a bare status.
    private static CallOutcome Detailed(Status status, Metadata? trailers, ServerCall call)
    {
        if (status.StatusCode == StatusCode.OK || trailers?.Get(RichStatus.Trailer) is not null)
        {
            return new CallOutcome(status, trailers);
        }
        var failure = RichStatus.Of(status, call.Language);
        trailers ??= [];
        failure.AddTo(trailers);
        return new CallOutcome(new Status(status.StatusCode, failure.Message), trailers);
    }
}
