using System.Net;
using System.Text;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>What goes over the wire.</summary>
public sealed class AwsS3WireTests(CephStore store)
{
    private const string Begun =
        "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";

    [Fact]
    public async Task Amazon_gets_signed_chunks_with_a_checksum_behind_them()
    {
        using var made = new MadeUpStore(_ => MadeUpStore.Answer(headers: ("ETag", "\"e\"")));
        await PutAsync(made.Connector, "a b.txt");

        var sent = Assert.Single(made.Network.Sent);
        Assert.Equal("https://my-bucket.s3.eu-central-1.amazonaws.com/a%20b.txt", sent.Address.AbsoluteUri);
        Assert.Equal("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", sent["X-Amz-Content-SHA256"]);
        Assert.Equal("x-amz-checksum-crc32", sent["X-Amz-Trailer"]);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=", sent["Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("when-required", false, null, null)]
    [InlineData("when-required", true, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", null)]
    [InlineData("when-supported", false, null, "x-amz-checksum-crc32")]
    public async Task Checksums_and_chunks_follow_the_settings(
        string checksums,
        bool chunked,
        string? payload,
        string? checksumHeader
    )
    {
        var network = new RecordingNetwork();
        var settings = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["checksums"] = checksums,
            ["chunkedEncoding"] = chunked,
        };
        using var connector = await store.OpenAsync(more: settings, change: network.Watch);
        var key = $"wire/{Guid.NewGuid():N}";
        await PutAsync(connector, key);
        await using var read = await connector.GetAsync(key, ReadOptions.Default, default);
        using var reader = new StreamReader(read.Content);

        Assert.Equal("content", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        var sent = network.Sent[0];
        Assert.Equal(payload ?? Sha256("content"), sent["X-Amz-Content-SHA256"]);
        Assert.Equal(checksumHeader is not null, sent.Headers.ContainsKey("x-amz-checksum-crc32"));
        Assert.Null(sent["X-Amz-Trailer"]);
        Assert.Null(sent["Expect"]);
    }

    [Fact]
    public async Task Parts_agree_on_a_checksum_and_the_completion_repeats_it()
    {
        const string Completed = "<?xml version=\"1.0\"?><CompleteMultipartUploadResult/>";
        var completion = "";
        using var made = new MadeUpStore(request =>
        {
            if (request.Method != HttpMethod.Post)
            {
                return MadeUpStore.Answer(headers: [("ETag", "\"e\""), ("x-amz-checksum-crc32", "AAAAAA==")]);
            }

            if (request.RequestUri!.Query.StartsWith("?uploads", StringComparison.Ordinal))
            {
                return MadeUpStore.Answer(HttpStatusCode.OK, Begun);
            }

            using var body = new StreamReader(request.Content!.ReadAsStream());
            completion = body.ReadToEnd();
            return MadeUpStore.Answer(HttpStatusCode.OK, Completed);
        });
        using var source = new Testing.PatternStream(9_000_000);
        await made.Connector.PutAsync("a", source, new PutOptions(), default);

        Assert.Equal("CRC32", made.Network.Sent[0]["x-amz-checksum-algorithm"]);
        Assert.Equal("x-amz-checksum-crc32", made.Network.Sent[1]["X-Amz-Trailer"]);
        Assert.Equal(2, completion.Split("<ChecksumCRC32>AAAAAA==</ChecksumCRC32>").Length - 1);
    }

    [Theory]
    [InlineData("<ETag>\"e-2\"</ETag>", HttpStatusCode.OK, 9_000_000, "e-2", 0)]
    [InlineData("", HttpStatusCode.OK, 9_000_000, "seen", 1)]
    [InlineData("", HttpStatusCode.OK, 1, "", 1)]
    [InlineData("", HttpStatusCode.Forbidden, 0, "", 1)]
    [InlineData("", HttpStatusCode.NotFound, 0, "", 1)]
    public async Task A_completed_upload_is_stored_whatever_becomes_of_looking_at_it(
        string told,
        HttpStatusCode status,
        int size,
        string tag,
        int looks
    )
    {
        using var made = new MadeUpStore(request =>
            request.Method == HttpMethod.Head ? Look(status, size)
            : request.Method == HttpMethod.Put ? MadeUpStore.Answer(headers: ("ETag", "\"e\""))
            : request.RequestUri!.Query.StartsWith("?uploads", StringComparison.Ordinal)
                ? MadeUpStore.Answer(HttpStatusCode.OK, Begun, ("Date", "Sat, 01 Nov 2025 10:00:00 GMT"))
            : MadeUpStore.Answer(
                HttpStatusCode.OK,
                $"<?xml version=\"1.0\"?><CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>",
                ("x-amz-version-id", "v1")
            )
        );
        using var source = new Testing.PatternStream(9_000_000);
        var stored = await made.Connector.PutAsync("a", source, new PutOptions(), default);

        Assert.Equal((9_000_000, tag, "v1"), (stored.Size, stored.ETag, stored.VersionId));
        Assert.Equal(looks, made.Network.Sent.Count(sent => sent.Method == "HEAD"));
        Assert.Equal(2025, stored.LastModified.Year);
    }

    [Fact]
    public async Task Encryption_is_asked_for_and_confirmed()
    {
        using var made = new MadeUpStore(request =>
            MadeUpStore.Answer(
                HttpStatusCode.OK,
                request.Method == HttpMethod.Post ? Begun : "",
                ("ETag", "\"e\""),
                ("x-amz-server-side-encryption", "AES256")
            )
        );
        await PutAsync(made.Connector, "a", new PutOptions { Encrypt = true });
        await PutAsync(made.Connector, "b", new PutOptions { Encrypt = true });

        // It is tried once, before the first object is replaced.
        Assert.Equal(["POST", "DELETE", "PUT", "PUT"], made.Network.Sent.Select(sent => sent.Method));
        Assert.All(
            made.Network.Sent.Where(sent => sent.Method != "DELETE"),
            sent => Assert.Equal("AES256", sent["x-amz-server-side-encryption"])
        );
    }

    [Fact]
    public async Task A_store_that_takes_it_back_keeps_nothing()
    {
        using var made = new MadeUpStore(request =>
            request.Method == HttpMethod.Post
                ? MadeUpStore.Answer(HttpStatusCode.OK, Begun, ("x-amz-server-side-encryption", "AES256"))
                : MadeUpStore.Answer(headers: [("ETag", "\"e\""), ("x-amz-version-id", "v1")])
        );
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            PutAsync(made.Connector, "a", new PutOptions { Encrypt = true })
        );

        Assert.Equal((ErrorKind.PreconditionFailed, "ENCRYPTION_NOT_CONFIRMED"), (error.Kind, error.Code));
        var removal = made.Network.Sent[^1];
        Assert.Equal(("DELETE", "?versionId=v1"), (removal.Method, removal.Address.Query));
    }

    [Fact]
    public async Task A_key_of_the_key_service_is_named()
    {
        using var made = new MadeUpStore(
            request =>
                MadeUpStore.Answer(
                    HttpStatusCode.OK,
                    request.Method == HttpMethod.Post ? Begun : "",
                    ("ETag", "\"e\""),
                    ("x-amz-server-side-encryption", "aws:kms")
                ),
            new
            {
                region = "eu-central-1",
                bucket = "my-bucket",
                kmsKeyId = "key-7",
            }
        );
        await PutAsync(made.Connector, "a", new PutOptions { Encrypt = true });

        var sent = made.Network.Sent[^1];
        Assert.Equal("aws:kms", sent["x-amz-server-side-encryption"]);
        Assert.Equal("key-7", sent["x-amz-server-side-encryption-aws-kms-key-id"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, "SlowDown")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    [InlineData(HttpStatusCode.BadRequest, "AuthorizationHeaderMalformed")]
    [InlineData(HttpStatusCode.Forbidden, "RequestTimeTooSkewed")]
    [InlineData(HttpStatusCode.OK, "InternalError")]
    public async Task No_refusal_is_answered_with_a_second_attempt(HttpStatusCode status, string code)
    {
        using var made = new MadeUpStore(_ => MadeUpStore.Refusal(status, code));
        await Assert.ThrowsAsync<ConnectorException>(async () =>
            await made.Connector.ListAsync(new ListOptions(), default)
        );
        Assert.Single(made.Network.Sent);
    }

    [Theory]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    [InlineData(HttpStatusCode.MovedPermanently)]
    public async Task A_redirect_is_not_followed(HttpStatusCode status)
    {
        using var made = new MadeUpStore(_ =>
            MadeUpStore.Refusal(status, "TemporaryRedirect", ("Location", "https://elsewhere.example/"))
        );
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await made.Connector.ListAsync(new ListOptions(), default)
        );

        Assert.Equal("WRONG_REGION", error.Code);
        Assert.Single(made.Network.Sent);
    }

    [Fact]
    public async Task A_throttled_call_tells_how_long_to_wait_and_nothing_of_the_text()
    {
        using var made = new MadeUpStore(_ =>
            MadeUpStore.Refusal(HttpStatusCode.ServiceUnavailable, "SlowDown", ("Retry-After", "7"))
        );
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
            await made.Connector.ListAsync(new ListOptions(), default)
        );

        Assert.Equal((ErrorKind.Throttled, TimeSpan.FromSeconds(7)), (error.Kind, error.RetryAfter));
        Assert.DoesNotContain("secret text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Temporary_credentials_travel_with_their_token()
    {
        var network = new RecordingNetwork(_ => MadeUpStore.Refusal(HttpStatusCode.BadRequest, "ExpiredToken"));
        using var harness = new Testing.ConnectorHarness();
        var credentials = new Dictionary<string, string>(CephStore.Credentials(), StringComparer.Ordinal)
        {
            ["sessionToken"] = "token-1",
        };
        using var connector = new AwsS3Connector(
            network.Watch(harness.Context(new { region = "eu-central-1", bucket = "my-bucket" }, credentials))
        );
        var report = await connector.CheckAsync(default);

        Assert.Equal("token-1", Assert.Single(network.Sent)["X-Amz-Security-Token"]);
        Assert.Equal(("INVALID_CREDENTIALS", HealthState.Unhealthy), (report.Code, report.Authentication));
    }

    private static HttpResponseMessage Look(HttpStatusCode status, int size)
    {
        var answer = new HttpResponseMessage(status) { Content = new ByteArrayContent(new byte[size]) };
        answer.Headers.TryAddWithoutValidation("ETag", "\"seen\"");
        answer.Headers.TryAddWithoutValidation("x-amz-version-id", "v1");
        answer.Content.Headers.TryAddWithoutValidation("Last-Modified", "Sat, 01 Nov 2025 10:00:00 GMT");
        return answer;
    }

    private static async Task PutAsync(AwsS3Connector connector, string key, PutOptions? options = null)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("content"));
        await connector.PutAsync(key, content, options ?? new PutOptions(), default);
    }

    private static string Sha256(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
