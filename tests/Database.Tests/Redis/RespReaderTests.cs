using System.Text;
using Yyc3.Connectors.Redis.Protocol;

namespace Yyc3.Connectors.Database.Tests.Redis;

public sealed class RespReaderTests
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>Every type of both versions, attributes and pushed messages among them.</summary>
    private const string Everything =
        "+OK\r\n" // simple
        + "-WRONGTYPE Operation against a key\r\n"
        + ":-9223372036854775808\r\n"
        + ":42\r\n"
        + "$5\r\na\r\nbc\r\n"
        + "$0\r\n\r\n"
        + "$-1\r\n"
        + "*-1\r\n"
        + "_\r\n"
        + "#t\r\n#f\r\n"
        + ",1.5\r\n,inf\r\n,-inf\r\n,nan\r\n,1e-7\r\n"
        + "(3492890328409238509324850943850943825024385\r\n"
        + "!21\r\nSYNTAX invalid syntax\r\n"
        + "=8\r\ntxt:some\r\n"
        + "*3\r\n:1\r\n*2\r\n+a\r\n$1\r\nb\r\n_\r\n"
        + "~2\r\n+x\r\n+y\r\n"
        + "%2\r\n+k\r\n:1\r\n+l\r\n*0\r\n"
        + ">3\r\n+message\r\n+channel\r\n$2\r\nhi\r\n" // skipped
        + "|1\r\n+ttl\r\n:3600\r\n*2\r\n|1\r\n+a\r\n:1\r\n:1\r\n:2\r\n" // attributes skipped
        + "+end\r\n";

    private static readonly string[] Expected =
    [
        "OK",
        "!WRONGTYPE",
        "-9223372036854775808",
        "42",
        "a\r\nbc",
        "",
        "null",
        "null",
        "null",
        "#1",
        "#0",
        ",1.5",
        ",Infinity",
        ",-Infinity",
        ",NaN",
        ",1E-07",
        "(3492890328409238509324850943850943825024385",
        "!SYNTAX",
        "some",
        "Array[1;Array[a;b];null]",
        "Set[x;y]",
        "Map[k;1;l;Array[]]",
        "Array[1;2]",
        "end",
    ];

    [Fact]
    public async Task Every_type_is_read_wherever_the_stream_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Everything);
        for (var cut = 1; cut <= bytes.Length; cut++)
        {
            Assert.Equal(Expected, await ReadAllAsync(bytes, cut, bytes.Length));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Every_type_is_read_in_small_pieces(int piece) =>
        Assert.Equal(Expected, await ReadAllAsync(Encoding.UTF8.GetBytes(Everything), piece, piece));

    [Theory]
    [InlineData(65_534, 65_536)]
    [InlineData(65_535, 1000)]
    [InlineData(65_536, 65_536)]
    [InlineData(8 * 1024 * 1024, 65_536)]
    [InlineData(8 * 1024 * 1024, 1447)]
    [InlineData(8 * 1024 * 1024, 100_000_000)]
    public async Task Long_strings_are_read_whole(int length, int piece)
    {
        var binary = new byte[length];
        new Random(7).NextBytes(binary);
        var text = new string('ü', length / 2);
        byte[] bytes =
        [
            .. Encoding.ASCII.GetBytes($"*3\r\n${length}\r\n"),
            .. binary,
            .. Encoding.ASCII.GetBytes($"\r\n${length / 2 * 2}\r\n"),
            .. Encoding.UTF8.GetBytes(text),
            .. "\r\n:7\r\n"u8,
        ];
        using var reader = new RespReader(new ChoppedStream(bytes, piece, piece), Limit);

        var value = await ReadAsync(reader);

        Assert.Equal(binary, value.Items[0].Bytes);
        Assert.Equal(text, value.Items[1].Text);
        Assert.Equal(7, value.Items[2].Number);
    }

    [Theory]
    [InlineData("$100\r\n", 100)]
    [InlineData("*2\r\n$60\r\n", 60)]
    public async Task Value_above_the_limit_is_skipped_and_the_next_is_read(string head, int length)
    {
        var content = new string('x', length);
        var tail = head[0] == '*' ? $"\r\n${length}\r\n{content}" : "";
        var bytes = Encoding.ASCII.GetBytes($"{head}{content}{tail}\r\n+next\r\n");
        using var reader = new RespReader(new ChoppedStream(bytes, 11, 11), limit: 99);

        Assert.Equal(RespType.TooLarge, (await ReadAsync(reader)).Type);
        Assert.Equal("next", (await ReadAsync(reader)).Text);
    }

    [Theory]
    [InlineData("*2\r\n+{0}\r\n+{0}\r\n", 167)]
    [InlineData("*2\r\n({0}\r\n({0}\r\n", 167)]
    [InlineData("*1\r\n*1\r\n+{0}\r\n", 107)]
    [InlineData("+{0}\r\n", 59)]
    [InlineData("({0}\r\n", 59)]
    public async Task Text_on_a_line_counts_for_the_limit(string format, int limit)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, new string('7', 60));
        var bytes = Encoding.ASCII.GetBytes(text + "+next\r\n");
        using var small = new RespReader(new ChoppedStream(bytes, 11, 11), limit);
        using var enough = new RespReader(new ChoppedStream(bytes, 11, 11), limit + 1);

        Assert.Equal(RespType.TooLarge, (await ReadAsync(small)).Type);
        Assert.Equal("next", (await ReadAsync(small)).Text);
        Assert.NotEqual(RespType.TooLarge, (await ReadAsync(enough)).Type);
        Assert.Equal("next", (await ReadAsync(enough)).Text);
    }

    [Theory]
    [InlineData(">0\r\n")]
    [InlineData("|0\r\n")]
    [InlineData(">1\r\n|0\r\n+x\r\n")]
    public async Task Any_number_of_messages_before_an_answer_is_passed(string message)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(message, 1_000_000)) + "+end\r\n");
        foreach (var piece in (int[])[1000, int.MaxValue])
        {
            using var reader = new RespReader(new ChoppedStream(bytes, piece, piece), Limit);
            Assert.Equal("end", (await ReadAsync(reader)).Text);
        }
    }

    [Theory]
    [InlineData(">1\r\n")]
    [InlineData("|1\r\n")]
    public async Task Messages_within_messages_without_end_are_told(string message)
    {
        var text = string.Concat(Enumerable.Repeat(message, 100_000));
        using var reader = new RespReader(new ChoppedStream(Encoding.ASCII.GetBytes(text), 4096, 4096), Limit);

        await Assert.ThrowsAsync<RespProtocolException>(() => ReadAsync(reader));
    }

    [Fact]
    public async Task Count_without_end_takes_no_memory()
    {
        var before = GC.GetTotalAllocatedBytes();
        using var reader = new RespReader(new ChoppedStream("*2000000000\r\n:1\r\n"u8.ToArray(), 99, 99), Limit);

        await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(reader));

        // The elements would take tens of gigabytes; other tests run meanwhile.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);
    }

    [Fact]
    public async Task Summary_skips_the_elements_and_keeps_the_count()
    {
        var bytes = Encoding.ASCII.GetBytes("*3\r\n$3\r\nabc\r\n*1\r\n:1\r\n%1\r\n+a\r\n+b\r\n$4\r\nnext\r\n");
        using var reader = new RespReader(new ChoppedStream(bytes, 1, 1), Limit);

        var summary = await reader.ReadSummaryAsync(await reader.ReadHeaderAsync(default), default);

        Assert.Equal((RespType.Array, 3), (summary.Type, summary.Number));
        Assert.Empty(summary.Items);
        Assert.Equal("next", (await ReadAsync(reader)).Text);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("?\r\n")]
    [InlineData("\r\n")]
    [InlineData(":\r\n")]
    [InlineData(":12x\r\n")]
    [InlineData(":1\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$9223372036854775807\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    [InlineData("#x\r\n")]
    [InlineData(",one\r\n")]
    [InlineData("(12.5\r\n")]
    [InlineData("$3\r\nabcd\r\n")]
    [InlineData("%99999999999\r\n")]
    public async Task What_is_not_the_protocol_is_told(string text)
    {
        using var reader = new RespReader(new ChoppedStream(Encoding.ASCII.GetBytes(text), 2, 2), Limit);

        await Assert.ThrowsAsync<RespProtocolException>(() => ReadAsync(reader));
    }

    [Fact]
    public async Task Nesting_without_end_is_told()
    {
        var text = string.Concat(Enumerable.Repeat("*1\r\n", 100_000));
        using var reader = new RespReader(new ChoppedStream(Encoding.ASCII.GetBytes(text), 4096, 4096), Limit);

        await Assert.ThrowsAsync<RespProtocolException>(() => ReadAsync(reader));
    }

    [Fact]
    public async Task Line_without_end_is_told()
    {
        var text = "+" + new string('x', 200_000);
        using var reader = new RespReader(new ChoppedStream(Encoding.ASCII.GetBytes(text), 4096, 4096), Limit);

        await Assert.ThrowsAsync<RespProtocolException>(() => ReadAsync(reader));
    }

    private static async Task<List<string>> ReadAllAsync(byte[] bytes, int first, int others)
    {
        using var reader = new RespReader(new ChoppedStream(bytes, first, others), Limit);
        var values = new List<string>();
        do
        {
            values.Add(Show(await ReadAsync(reader)));
        } while (values[^1] != "end");

        return values;
    }

    private static async Task<RespValue> ReadAsync(RespReader reader) =>
        await reader.ReadValueAsync(await reader.ReadHeaderAsync(default), default);

    private static string Show(RespValue value) =>
        value.Type switch
        {
            RespType.Null => "null",
            RespType.Integer => value.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            RespType.Boolean => "#" + value.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            RespType.Double => "," + value.Double.ToString(System.Globalization.CultureInfo.InvariantCulture),
            RespType.BigNumber => "(" + value.Text,
            RespType.Error or RespType.BulkError => "!" + value.ErrorCode,
            RespType.Array or RespType.Set or RespType.Map =>
                $"{value.Type}[{string.Join(';', value.Items.Select(Show))}]",
            _ => value.Text!,
        };
}
