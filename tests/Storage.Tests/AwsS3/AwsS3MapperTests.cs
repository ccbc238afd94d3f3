using System.Text.Json;
using Amazon.S3.Model;
using Yyc3.Connectors.AwsS3.Client;
using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.AwsS3.Settings;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>S3's description of an object, and ours.</summary>
public sealed class AwsS3MapperTests
{
    [Fact]
    public void A_listed_object_maps_to_key_size_time_tag_and_address()
    {
        var options = new AwsS3Options
        {
            Region = "eu-central-1",
            Bucket = "my-bucket",
            Prefix = "team a/",
        };
        using var client = new Amazon.S3.AmazonS3Client("id", "secret", Amazon.RegionEndpoint.EUCentral1);
        var entry = new S3Object
        {
            BucketName = "my-bucket",
            Key = "team a/documents/2026/ü 1.pdf",
            Size = 1234,
            ETag = "\"9b2cf535f27731c974343645a3985328-2\"",
            LastModified = new DateTime(2026, 2, 3, 10, 20, 30, DateTimeKind.Utc),
        };
        var info = new BucketAccess(client, options).Describe(StoredObject.From(entry), entry.Size.Value);

        Assert.Equal(
            """
            {
              "Key": "documents/2026/ü 1.pdf",
              "Size": 1234,
              "ContentType": "application/octet-stream",
              "ETag": "9b2cf535f27731c974343645a3985328-2",
              "LastModified": "2026-02-03T10:20:30+00:00",
              "VersionId": null,
              "Metadata": {},
              "Url": "https://my-bucket.s3.eu-central-1.amazonaws.com/team%20a/documents/2026/%C3%BC%201.pdf"
            }
            """,
            JsonSerializer.Serialize(info, Readable)
        );
    }

    [Theory]
    [InlineData(null, false, "eu-west-1", "https://my-bucket.s3.eu-west-1.amazonaws.com/a/b")]
    [InlineData(null, true, "eu-west-1", "https://s3.eu-west-1.amazonaws.com/my-bucket/a/b")]
    [InlineData(null, false, "cn-north-1", "https://my-bucket.s3.cn-north-1.amazonaws.com.cn/a/b")]
    [InlineData("http://127.0.0.1:9000", true, "x", "http://127.0.0.1:9000/my-bucket/a/b")]
    [InlineData("https://store.example", false, "x", "https://my-bucket.store.example/a/b")]
    public void Addresses_follow_endpoint_and_style(string? endpoint, bool pathStyle, string region, string address)
    {
        var options = new AwsS3Options
        {
            Region = region,
            Bucket = "my-bucket",
            Endpoint = endpoint is null ? null : new Uri(endpoint),
            ForcePathStyle = pathStyle,
        };
        Assert.Equal(address, new ObjectAddress(options).Of("a/b").AbsoluteUri);
    }

    private static JsonSerializerOptions Readable { get; } =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
