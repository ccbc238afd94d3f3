using System.Text;
using Yyc3.Connectors.Redis.Commands;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class CommandLineParserTests
{
    [Theory]
    [InlineData("GET k", "GET|k")]
    [InlineData("  GET\t k \r\n", "GET|k")]
    [InlineData("\n\nGET k", "GET|k")]
    [InlineData("SET k \"a b\"", "SET|k|a b")]
    [InlineData("SET k 'a b'", "SET|k|a b")]
    [InlineData("SET k \"\"", "SET|k|")]
    [InlineData("SET k ''", "SET|k|")]
    [InlineData("SET k \"a\\\"b\\\\c\"", "SET|k|a\"b\\c")]
    [InlineData("SET k \"\\n\\r\\t\\b\\a\\q\"", "SET|k|\n\r\t\b\aq")]
    [InlineData("SET k \"\\x41\\x7a\\xg1\"", "SET|k|Azxg1")]
    [InlineData("SET k 'it\\'s'", "SET|k|it's")]
    [InlineData("SET k 'a\\nb\\x41\\'", null)]
    [InlineData("SET k 'a\\nb\\x41\\ '", "SET|k|a\\nb\\x41\\ ")]
    [InlineData("SET user:1 a:b", "SET|user:1|a:b")]
    [InlineData("SET k \":name\"", "SET|k|:name")]
    [InlineData("SET k ':name'", "SET|k|:name")]
    [InlineData("SET k :name", "SET|k|<name>")]
    [InlineData("SET :k :größe_1", "SET|<k>|<größe_1>")]
    [InlineData("SET k \"汉字 👩‍👩‍👧\"", "SET|k|汉字 👩‍👩‍👧")]
    [InlineData("SET k \"\\👩\"", "SET|k|👩")]
    [InlineData("SET k \"line\nbreak\"", "SET|k|line\nbreak")]
    [InlineData("SET k x'y z'", "SET|k|xy z")]
    [InlineData("GET k\nGET j", null)]
    [InlineData("GET k\rGET j", null)]
    [InlineData("GET \"k", null)]
    [InlineData("GET 'k", null)]
    [InlineData("GET \"k\"j", null)]
    [InlineData("GET \"k\\", null)]
    [InlineData("GET :", null)]
    [InlineData("GET :1", null)]
    [InlineData("GET :a-b", null)]
    [InlineData("GET ::a", null)]
    [InlineData("GET :a\"b\"", null)]
    [InlineData(":a k", null)]
    [InlineData("", null)]
    [InlineData(" \r\n", null)]
    public void Line_is_taken_apart_as_redis_cli_does(string text, string? expected)
    {
        if (expected is null)
        {
            var error = Assert.Throws<ConnectorException>(() => new CommandLineParser(text, "query").Parse());
            Assert.Equal((ErrorKind.InvalidArgument, "query"), (error.Kind, error.Field));
            return;
        }

        var line = new CommandLineParser(text, "query").Parse();
        Assert.Equal(
            expected,
            string.Join(
                '|',
                line.Arguments.Select(argument =>
                    argument.Literal is { } literal ? Encoding.UTF8.GetString(literal) : $"<{argument.Parameter}>"
                )
            )
        );
    }

    [Fact]
    public void Escaped_bytes_need_not_be_text() =>
        Assert.Equal(
            [0x00, 0xff, 0xc3],
            new CommandLineParser("SET k \"\\x00\\xff\\xC3\"", "query").Parse().Arguments[2].Literal
        );

    [Theory]
    [InlineData("GET ", "")]
    [InlineData("GET \"", "\"")]
    [InlineData("GET \"\\", "\"")]
    public void Half_a_character_is_refused(string before, string after)
    {
        // An attribute cannot hold it: it would be stored as UTF-8.
        var text = before + '\ud800' + after;

        Assert.Equal(
            "query",
            Assert.Throws<ConnectorException>(() => new CommandLineParser(text, "query").Parse()).Field
        );
    }

    [Fact]
    public void Name_used_twice_is_one_parameter() =>
        Assert.Equal(["a", "b"], new CommandLineParser("MSET :a :b :b :a", "query").Parse().Names);
}
