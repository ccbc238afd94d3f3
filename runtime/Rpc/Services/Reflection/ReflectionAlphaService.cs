using Google.Protobuf;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using V1 = Grpc.Reflection.V1;

namespace Yyc3.Connectors.Rpc.Services.Reflection;

/// <summary>grpc.reflection.v1alpha, for older tools. On the wire it is the same as v1, so bytes are translated.</summary>
public sealed class ReflectionAlphaService(ReflectionAnswers answers) : ServerReflection.ServerReflectionBase
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
            var request = V1.ServerReflectionRequest.Parser.ParseFrom(requestStream.Current.ToByteString());
            var answer = answers.Answer(request).ToByteString();
            await responseStream.WriteAsync(
                ServerReflectionResponse.Parser.ParseFrom(answer),
                context.CancellationToken
            );
        }
    }
}
