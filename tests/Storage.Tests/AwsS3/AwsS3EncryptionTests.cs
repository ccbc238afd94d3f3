using Amazon.S3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Encryption that a store only claims is none. This gateway passes AES256 over in silence and honours its key service.</summary>
public sealed class AwsS3EncryptionTests(CephStore store)
{
    private static readonly Dictionary<string, object> WithKey = new(StringComparer.Ordinal)
    {
        ["kmsKeyId"] = CephServer.KmsKeyId,
        ["partSize"] = 5 * 1024 * 1024,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(10, null)]
    [InlineData(10, 10L)]
    [InlineData(9_000_000, null)]
    [InlineData(9_000_000, 9_000_000L)]
    public async Task Encryption_that_is_not_confirmed_stores_nothing_and_replaces_nothing(int size, long? announced)
    {
        var bucket = await store.NewBucketAsync();
        using var connector = await store.OpenAsync(bucket);
        await connector.PutTextAsync("a", "old");
        foreach (var key in new[] { "a", "b" })
        {
            using var source = new PatternStream(size);
            var options = new PutOptions { Encrypt = true, ContentLength = announced };
            var error = await StoreExtensions.FailsAsync(
                ErrorKind.PreconditionFailed,
                "ENCRYPTION_NOT_CONFIRMED",
                async () => await connector.PutAsync(key, source, options, Token)
            );
            Assert.Equal("options.encryptionAlgorithm", error.Field);
        }

        Assert.Equal("old", await connector.ReadTextAsync("a"));
        Assert.Equal(["a"], await connector.KeysAsync(new ListOptions()));
        var client = await store.ClientAsync();
        Assert.Empty((await client.ListMultipartUploadsAsync(bucket, Token)).MultipartUploads ?? []);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(9_000_000)]
    public async Task A_named_key_encrypts_objects_of_every_size(int size)
    {
        using var connector = await store.OpenAsync(more: WithKey);
        var key = $"encrypted/{size}";
        using var source = new PatternStream(size);
        await connector.PutAsync(key, source, new PutOptions { Encrypt = true }, Token);

        await AssertEncryptedAsync(key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(9_000_000)]
    public async Task A_copy_of_an_encrypted_object_is_encrypted_too(int size)
    {
        using var connector = await store.OpenAsync(more: WithKey);
        var key = $"encrypted/copied-{size}";
        using var source = new PatternStream(size);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["madeBy"] = "ä" };
        var options = new PutOptions
        {
            Encrypt = true,
            ContentType = "text/plain",
            Metadata = metadata,
        };
        await connector.PutAsync(key, source, options, Token);
        var copy = await connector.CopyAsync(key, key + "-copy", Token);

        Assert.Equal((size, "text/plain"), (copy.Size, copy.ContentType));
        Assert.Equal(metadata, copy.Metadata);
        await AssertEncryptedAsync(key + "-copy");
    }

    [Fact]
    public async Task AES256_by_name_is_not_the_key_service()
    {
        using var connector = await store.OpenAsync(more: WithKey);
        await StoreExtensions.FailsAsync(
            ErrorKind.PreconditionFailed,
            "ENCRYPTION_NOT_CONFIRMED",
            () =>
                connector.PutTextAsync(
                    "encrypted/named",
                    "x",
                    new PutOptions { Encrypt = true, EncryptionAlgorithm = "AES256" }
                )
        );
    }

    private async Task AssertEncryptedAsync(string key)
    {
        var client = await store.ClientAsync();
        var head = await client.GetObjectMetadataAsync(CephStore.Bucket, key, Token);
        Assert.Equal(ServerSideEncryptionMethod.AWSKMS, head.ServerSideEncryptionMethod);
        Assert.Equal(CephServer.KmsKeyId, head.ServerSideEncryptionKeyManagementServiceKeyId);
    }
}
