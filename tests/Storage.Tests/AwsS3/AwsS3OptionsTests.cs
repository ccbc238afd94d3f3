using System.Text.Json;
using Yyc3.Connectors.AwsS3;
using Yyc3.Connectors.AwsS3.Settings;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Testing;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>Settings and what they come to.</summary>
public sealed class AwsS3OptionsTests
{
    [Theory]
    [InlineData("""{"region":"mars-1","bucket":"abc"}""", "config.region")]
    [InlineData("""{"region":"","bucket":"abc"}""", "config.region")]
    [InlineData("""{"region":"a/b","bucket":"abc","endpoint":"http://x"}""", "config.region")]
    [InlineData("""{"region":"us-east-1"}""", "config.bucket")]
    [InlineData("""{"region":"us-east-1","bucket":"a/b"}""", "config.bucket")]
    [InlineData("""{"region":"us-east-1","bucket":"a..b"}""", "config.bucket")]
    [InlineData("""{"region":"us-east-1","bucket":"arn:aws:s3:::x"}""", "config.bucket")]
    [InlineData("""{"region":"us-east-1","bucket":"abc--use1-az4--x-s3"}""", "config.bucket")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","endpoint":"ftp://x"}""", "config.endpoint")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","endpoint":"http://u:p@x"}""", "config.endpoint")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","endpoint":"http://x/path"}""", "config.endpoint")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","endpoint":"http://x/?q"}""", "config.endpoint")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","prefix":"../x"}""", "config.prefix")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","prefix":"/x"}""", "config.prefix")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","prefix":"x//y"}""", "config.prefix")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","checksums":"never"}""", "config.checksums")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","partSize":1048576}""", "config.partSize")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","maxConcurrency":0}""", "config.maxConcurrency")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","poolSize":0}""", "config.poolSize")]
    [InlineData("""{"region":"us-east-1","bucket":"abc","caCertificate":"no"}""", "config.caCertificate")]
    public void A_wrong_setting_is_named(string settings, string field)
    {
        var error = Assert.Throws<ConnectorException>(() => Read(settings));
        Assert.Equal((ErrorKind.InvalidArgument, field), (error.Kind, error.Field));
    }

    [Fact]
    public void Amazon_gets_checksums_and_chunks()
    {
        var options = Read("""{"region":"us-east-1","bucket":"abc"}""");
        Assert.Equal(
            (true, true, true, false),
            (options.AlwaysChecksum, options.ChunkedEncoding, options.ConditionalMultipart, options.ForcePathStyle)
        );
    }

    [Fact]
    public void Another_store_gets_what_every_store_understands()
    {
        var options = Read("""{"region":"anywhere","bucket":"abc","endpoint":"https://store.example:9000"}""");
        Assert.Equal(
            (false, false, false, true),
            (options.AlwaysChecksum, options.ChunkedEncoding, options.ConditionalMultipart, options.ForcePathStyle)
        );
    }

    [Theory]
    [InlineData("x", "x/")]
    [InlineData("x/y/", "x/y/")]
    [InlineData("", "")]
    public void A_prefix_is_a_folder(string setting, string prefix) =>
        Assert.Equal(prefix, Read($$"""{"region":"us-east-1","bucket":"abc","prefix":"{{setting}}"}""").Prefix);

    [Theory]
    [InlineData("accessKeyId")]
    [InlineData("secretAccessKey")]
    public void A_missing_credential_is_named(string name)
    {
        using var harness = new ConnectorHarness();
        var credentials = CephStore.Credentials().Where(credential => credential.Key != name).ToDictionary();
        var error = Assert.Throws<ConnectorException>(() =>
            new AwsS3Connector(harness.Context(new { region = "us-east-1", bucket = "abc" }, credentials))
        );
        Assert.Equal("auth.credentials." + name, error.Field);
    }

    private static AwsS3Options Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return AwsS3Options.From(new ConnectorSettings(document.RootElement.Clone()));
    }
}
