using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing.Conformance.Sync;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>A folder of its own; with a key of the key management service, for this gateway passes AES256 over in silence.</summary>
public sealed class AwsS3RecordSubject : StoreSubject
{
    protected override async ValueTask<IObjectStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        var ceph = (await TestContext.Current.GetFixture<CephStore>())!;
        return await ceph.OpenAsync(
            more: new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["prefix"] = "records/" + Guid.NewGuid().ToString("N"),
                ["kmsKeyId"] = CephServer.KmsKeyId,
            }
        );
    }
}
