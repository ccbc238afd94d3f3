using System.Text;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Storage.Tests.AzureBlob;
using Yyc3.Connectors.Storage.Tests.Gcs;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.Records;

/// <summary>Where nothing can be written at all, the call fails and no record by itself.</summary>
public sealed class MissingBucketTests(CephStore ceph, AzureBlobFixture azure, GcsFixture gcs)
{
    [Fact]
    public async Task A_bucket_of_s3_that_is_not_there_fails_the_call()
    {
        using var connector = await ceph.OpenAsync("not-there");
        await AssertCallFailsAsync(connector, "BUCKET_NOT_FOUND");
    }

    [Fact]
    public async Task A_container_of_azure_that_is_not_there_fails_the_call()
    {
        var server = await azure.ServerAsync();
        using var connector = azure.Open(
            new
            {
                accountName = AzuriteServer.Account,
                container = "not-there",
                endpoint = server.Endpoint,
            }
        );
        await AssertCallFailsAsync(connector, "CONTAINER_NOT_FOUND");
    }

    [Fact]
    public async Task A_bucket_of_google_that_is_not_there_fails_the_call()
    {
        using var connector = gcs.Open(GcsFixture.Settings((await gcs.DoubleAsync()).Endpoint, bucket: "not-there"));
        await AssertCallFailsAsync(connector, "BUCKET_NOT_FOUND");
    }

    private static async Task AssertCallFailsAsync(IRecordSink sink, string code)
    {
        var record = new SyncRecord { Id = "1", Data = Encoding.UTF8.GetBytes("{}") };
        var fault = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await sink.WriteAsync(new RecordBatch("notes", [record]), TestContext.Current.CancellationToken)
        );
        Assert.Equal((ErrorKind.NotFound, code), (fault.Kind, fault.Code));
    }
}
