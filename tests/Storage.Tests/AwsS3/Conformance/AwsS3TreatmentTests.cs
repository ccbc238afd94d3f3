using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3.Conformance;

/// <summary>With a key of the key management service: this gateway passes AES256 over in silence.</summary>
public sealed class AwsS3TreatmentTests(CephStore store) : ObjectTreatmentTests
{
    protected override async ValueTask<IObjectStore> OpenAsync(CancellationToken cancellationToken) =>
        await store.OpenAsync(
            more: new Dictionary<string, object>(StringComparer.Ordinal) { ["kmsKeyId"] = CephServer.KmsKeyId }
        );

    protected override async ValueTask<byte[]?> ReadStoredAsync(string key)
    {
        using var answer = await (await store.ClientAsync()).GetObjectAsync(CephStore.Bucket, key, Token);
        if (!string.IsNullOrEmpty(answer.ServerSideEncryptionMethod?.Value))
        {
            // The gateway decrypts for everybody who may read.
            return null;
        }

        using var bytes = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }
}
