using Yyc3.Connectors.AwsS3.Objects;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Storage;

namespace Yyc3.Connectors.Storage.Tests.AwsS3;

/// <summary>The caller's names and values, unchanged.</summary>
public sealed class AwsS3MetadataTests(CephStore store)
{
    private readonly string _key = $"metadata/{Guid.NewGuid():N}";

    [Theory]
    [InlineData("author", "ada")]
    [InlineData("author", "")]
    [InlineData("author", "Ünïcödé 文件 🙂")]
    [InlineData("author", " spaces at the ends ")]
    [InlineData("author", "two  in a row")]
    [InlineData("author", "line\nbreak\tand tab")]
    [InlineData("author", "=?UTF-8?B?not ours?=")]
    [InlineData("author", "=?UTF-8?B?w7w=?=")]
    [InlineData("createdBy", "camel")]
    [InlineData("created_by", "underscore")]
    [InlineData("Some.Name", "dot")]
    [InlineData("作者", "名")]
    [InlineData("with space", "x")]
    public async Task A_name_and_its_value_come_back_as_they_were(string name, string value)
    {
        using var connector = await store.OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value, ["plain"] = "x" };
        var stored = await connector.PutTextAsync(_key, "x", new PutOptions { Metadata = metadata });
        var stat = await connector.StatAsync(_key, versionId: null, TestContext.Current.CancellationToken);
        var copy = await connector.CopyAsync(_key, _key + "-copy", TestContext.Current.CancellationToken);

        Assert.Equal(metadata, stored.Metadata);
        Assert.Equal(metadata, stat.Metadata);
        Assert.Equal(metadata, copy.Metadata);
    }

    [Fact]
    public async Task Other_programs_find_plain_names_and_values_as_they_are()
    {
        using var connector = await store.OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["author"] = "ada",
            ["createdBy"] = "tool 1.0",
        };
        await connector.PutTextAsync(_key, "x", new PutOptions { Metadata = metadata });
        var head = await (await store.ClientAsync()).GetObjectMetadataAsync(
            CephStore.Bucket,
            _key,
            TestContext.Current.CancellationToken
        );

        Assert.Equal("ada", head.Metadata["author"]);
        Assert.Equal("tool 1.0", head.Metadata["createdby"]);
    }

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public async Task More_than_2_KB_are_refused(int bytes, bool fits)
    {
        using var connector = await store.OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = new string('v', bytes - 4) };
        if (fits)
        {
            Assert.Equal(
                metadata,
                (await connector.PutTextAsync(_key, "x", new PutOptions { Metadata = metadata })).Metadata
            );
            return;
        }

        await AssertRefusedAsync(() => connector.PutTextAsync(_key, "x", new PutOptions { Metadata = metadata }));
    }

    [Theory]
    [InlineData("a_b", "a-b")]
    [InlineData("Name", "name")]
    [InlineData("yyc3-gzip", "x")]
    [InlineData("YYC3_names", "x")]
    [InlineData("", "x")]
    [InlineData("a\nb", "x")]
    public async Task Names_that_could_not_be_told_apart_are_refused(string one, string other)
    {
        using var connector = await store.OpenAsync();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [one] = "1", [other] = "2" };
        await AssertRefusedAsync(() => connector.PutTextAsync(_key, "x", new PutOptions { Metadata = metadata }));
    }

    [Theory]
    [InlineData("=?UTF-8?Q?caf=C3=A9_au_lait?=", "café au lait")]
    [InlineData("=?utf-8?b?w7w=?=", "ü")]
    [InlineData("=?UTF-8?B?w7w=?= =?UTF-8?Q?=C3=A4?=", "üä")]
    [InlineData("=?ISO-8859-1?Q?=FC?=", "ü")]
    [InlineData("=?UTF-8?X?abc?=", "=?UTF-8?X?abc?=")]
    [InlineData("=?UTF-8?B?%%%?=", "=?UTF-8?B?%%%?=")]
    [InlineData("=?nonsense?B?w7w=?=", "=?nonsense?B?w7w=?=")]
    [InlineData("=?=", "=?=")]
    public void What_others_encoded_is_read(string header, string text) =>
        Assert.Equal(text, EncodedWord.Decode(header));

    [Theory]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("text/plain;charset=utf-8")]
    [InlineData("application/vnd.api+json")]
    [InlineData("multipart/mixed; boundary=\"a b\"")]
    public async Task A_content_type_comes_back_as_it_was(string type)
    {
        using var connector = await store.OpenAsync();
        await connector.PutTextAsync(_key, "x", new PutOptions { ContentType = type });

        Assert.Equal(
            type.Replace(" ", "", StringComparison.Ordinal),
            (
                await connector.StatAsync(_key, versionId: null, TestContext.Current.CancellationToken)
            ).ContentType.Replace(" ", "", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("not a type")]
    [InlineData("text/plain\r\nx-evil: 1")]
    [InlineData("")]
    public async Task What_is_no_content_type_is_refused(string type)
    {
        using var connector = await store.OpenAsync();
        var error = await Assert.ThrowsAsync<ConnectorException>(() =>
            connector.PutTextAsync(_key, "x", new PutOptions { ContentType = type })
        );
        Assert.Equal((ErrorKind.InvalidArgument, "contentType"), (error.Kind, error.Field));
    }

    private static async Task AssertRefusedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(call);
        Assert.Equal((ErrorKind.InvalidArgument, "metadata"), (error.Kind, error.Field));
    }
}
