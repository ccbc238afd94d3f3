using System.Text;
using Yyc3.Connectors.Redis.Records;

namespace Yyc3.Connectors.Database.Tests.Redis.Records;

public sealed class KeyIdTests
{
    [Theory]
    [InlineData("user:1", "user:1")]
    [InlineData("größer 👩", "größer 👩")]
    [InlineData("", "base64:")]
    [InlineData("base64", "base64")]
    [InlineData("base64:", "base64:YmFzZTY0Og==")]
    [InlineData("base64:AP8=", "base64:YmFzZTY0OkFQOD0=")]
    [InlineData("base64:YWJj", "base64:YWJj")]
    [InlineData("base64:no", "base64:no")]
    public void Each_key_has_one_id_that_means_just_it(string key, string id)
    {
        Assert.Equal(id, KeyId.Format(Encoding.UTF8.GetBytes(key)));
        Assert.Equal(key, Encoding.UTF8.GetString(KeyId.Parse(id)));
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back()
    {
        byte[] key = [0, 255, 10];
        Assert.Equal("base64:AP8K", KeyId.Format(key));
        Assert.Equal(key, KeyId.Parse("base64:AP8K"));
    }
}
