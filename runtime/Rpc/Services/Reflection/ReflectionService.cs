using Grpc.Core;
using Grpc.Reflection.V1;

namespace Yyc3.Connectors.Rpc.Services.Reflection;

/// <summary>grpc.reflection.v1: tells tools which services and types there are.</summary>
public sealed class ReflectionService(ReflectionAnswers answers) : ServerReflection.ServerReflectionBase
{
    public override async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context
    )
    {
        ArgumentNullException.ThrowIfNull(requestStream);
        ArgumentNullException.ThrowIfNull(responseStream);
        ArgumentNullException.ThrowIfNull(context);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(answers.Answer(requestStream.Current), context.CancellationToken);
        }
    }
}
