using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Storage.Tests.AwsS3;
using Yyc3.Connectors.Testing;
using Yyc3.Connectors.TestServers;

[assembly: AssemblyFixture(typeof(CephStore))]

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>One gateway for all tests that need one, started when the first asks.</summary>
public sealed class CephStore : IAsyncDisposable
{
    private readonly LazyServer<Running> _running = new(StartAsync);
    private readonly ConnectorHarness _harness = new();

    /// <summary>A bucket that keeps no versions; tests keep to folders of their own.</summary>
    public const string Bucket = "plain";

    /// <summary>A bucket that keeps versions.</summary>
    public const string VersionedBucket = "versioned";

    /// <summary>The gateway.</summary>
    public async Task<CephServer> ServerAsync() => (await _running.GetAsync()).Server;

    /// <summary>A client that sees what the connector does not show.</summary>
    public async Task<IAmazonS3> ClientAsync() => (await _running.GetAsync()).Client;

    /// <summary>Makes a bucket for one test.</summary>
    public async Task<string> NewBucketAsync(bool isVersioned = false)
    {
        var name = "test-" + Guid.NewGuid().ToString("N");
        await MakeBucketAsync(await ClientAsync(), name, isVersioned);
        return name;
    }

    /// <summary>Opens the connector.</summary>
    /// <param name="bucket">Which bucket.</param>
    /// <param name="more">Further settings.</param>
    /// <param name="change">Changes the context before it is used.</param>
    public async Task<AwsS3Connector> OpenAsync(
        string bucket = Bucket,
        IReadOnlyDictionary<string, object>? more = null,
        Func<ConnectorContext, ConnectorContext>? change = null
    )
    {
        var server = await ServerAsync();
        var settings = Settings(server, bucket);
        foreach (var (name, value) in more ?? new Dictionary<string, object>(StringComparer.Ordinal))
        {
            settings[name] = value;
        }

        var context = _harness.Context(settings, Credentials());
        return new AwsS3Connector(change?.Invoke(context) ?? context);
    }

    /// <summary>Settings for a gateway.</summary>
    public static IDictionary<string, object> Settings(CephServer server, string bucket) =>
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["region"] = "us-east-1",
            ["bucket"] = bucket,
            ["endpoint"] = $"http://127.0.0.1:{server.Port}",
        };

    /// <summary>Credentials for a gateway.</summary>
    public static IReadOnlyDictionary<string, string> Credentials(string secret = CephServer.SecretAccessKey) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["accessKeyId"] = CephServer.AccessKeyId,
            ["secretAccessKey"] = secret,
        };

    /// <summary>Makes a client of the SDK without anything of the connector.</summary>
    public static AmazonS3Client NewClient(CephServer server) =>
        new(
            new BasicAWSCredentials(CephServer.AccessKeyId, CephServer.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = $"http://127.0.0.1:{server.Port}",
                ForcePathStyle = true,
                AuthenticationRegion = "us-east-1",
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            }
        );

    /// <summary>Makes a bucket.</summary>
    public static async Task MakeBucketAsync(IAmazonS3 client, string name, bool isVersioned)
    {
        await client.PutBucketAsync(name);
        if (isVersioned)
        {
            await client.PutBucketVersioningAsync(
                new PutBucketVersioningRequest
                {
                    BucketName = name,
                    VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
                }
            );
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        _harness.Dispose();
    }

    private static async Task<Running> StartAsync()
    {
        var server = await CephServer.StartAsync();
        var client = NewClient(server);
        await MakeBucketAsync(client, Bucket, isVersioned: false);
        await MakeBucketAsync(client, VersionedBucket, isVersioned: true);
        return new Running(server, client);
    }

    private sealed record Running(CephServer Server, AmazonS3Client Client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            return Server.DisposeAsync();
        }
    }
}
