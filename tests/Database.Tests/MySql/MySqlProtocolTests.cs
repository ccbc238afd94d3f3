using Yyc3.Connectors.MySql.Protocol;
using Yyc3.Connectors.MySql.Protocol.Authentication;
using Yyc3.Connectors.MySql.Protocol.Wire;

namespace Yyc3.Connectors.Database.Tests.MySql;

public sealed class MySqlProtocolTests
{
    private const string Password = "s3cret-Pä55";

    private static readonly byte[] Challenge = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];

    // Made with Python's hashlib from the definitions in the manual.
    [Fact]
    public void Native_password_answers_as_defined()
    {
        Assert.Equal(
            "69141828bfa323b04d516862631670f116294c2c",
            Convert.ToHexStringLower(NativePassword.Respond(Password, Challenge))
        );
        Assert.Empty(NativePassword.Respond("", Challenge));
    }

    [Fact]
    public void Caching_sha2_password_answers_as_defined()
    {
        Assert.Equal(
            "5b559fd1bc6d54decd3159a5538d621ae120922cf8fca99d98284f5035a27487",
            Convert.ToHexStringLower(CachingSha2Password.Respond(Password, Challenge))
        );
        Assert.Empty(CachingSha2Password.Respond("", Challenge));
    }

    [Theory]
    [InlineData(0u, "00")]
    [InlineData(250u, "fa")]
    [InlineData(251u, "fcfb00")]
    [InlineData(65535u, "fcffff")]
    [InlineData(65536u, "fd000001")]
    [InlineData(16777215u, "fdffffff")]
    [InlineData(16777216u, "fe0000000100000000")]
    public void Lengths_are_written_and_read_as_defined(uint value, string hex)
    {
        using var writer = new PacketWriter();
        writer.Begin();
        writer.LengthEncodedInteger(value);
        writer.End();

        var payload = writer.Written.Span[4..];
        Assert.Equal(hex, Convert.ToHexStringLower(payload));
        Assert.Equal(value, new PacketReader(payload).LengthEncodedInteger());
    }

    [Theory]
    [InlineData("fb")]
    [InlineData("ff")]
    [InlineData("fc01")]
    [InlineData("05aabb")]
    [InlineData("feffffffffffffffff")]
    public void Length_that_leads_outside_is_refused(string hex) =>
        Assert.Throws<MySqlProtocolException>(() =>
        {
            new PacketReader(Convert.FromHexString(hex)).LengthEncoded();
        });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0xFFFFFE, 1)]
    [InlineData(0xFFFFFF, 2)]
    [InlineData(0x1000000, 2)]
    [InlineData(2 * 0xFFFFFF, 3)]
    [InlineData((2 * 0xFFFFFF) + 1, 3)]
    public async Task Long_payload_is_split_and_joined(int length, int packets)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        using var writer = new PacketWriter();
        writer.Begin(sequence: 254);
        writer.Bytes(payload);
        writer.End();
        writer.Begin();
        writer.Byte(42);
        writer.End();
        Assert.Equal(length + (4 * packets) + 5, writer.Written.Length);

        using var channel = new PacketChannel(new Trickle(writer.Written.ToArray())) { LongestPayload = length };
        Assert.True((await channel.ReadAsync(default)).Span.SequenceEqual(payload));
        Assert.Equal((byte)(254 + packets), channel.NextSequence);
        Assert.Equal([42], (await channel.ReadAsync(default)).ToArray());
        await Assert.ThrowsAsync<EndOfStreamException>(() => channel.ReadAsync(default).AsTask());
    }

    [Fact]
    public async Task Parts_out_of_order_are_refused()
    {
        byte[] stream = [0xFF, 0xFF, 0xFF, 0, .. new byte[0xFFFFFF], 1, 0, 0, 2, 0];
        using var channel = new PacketChannel(new MemoryStream(stream)) { LongestPayload = 0x1000000 };

        await Assert.ThrowsAsync<MySqlProtocolException>(() => channel.ReadAsync(default).AsTask());
    }

    [Theory]
    [InlineData(100, 99)]
    [InlineData(0xFFFFFF, 0xFFFFFE)]
    [InlineData(0x1000000, 0xFFFFFF)]
    [InlineData(2 * 0xFFFFFF, (2 * 0xFFFFFF) - 1)]
    public async Task Payload_above_the_limit_is_refused(int length, int limit)
    {
        using var writer = new PacketWriter();
        writer.Begin();
        writer.Zeros(length);
        writer.End();
        using var channel = new PacketChannel(new Trickle(writer.Written.ToArray())) { LongestPayload = limit };

        await Assert.ThrowsAsync<MySqlPacketTooLargeException>(() => channel.ReadAsync(default).AsTask());
    }

    [Fact]
    public async Task Payload_above_the_limit_is_not_waited_for()
    {
        using var channel = new PacketChannel(new MemoryStream([1, 0, 1, 0]));

        await Assert.ThrowsAsync<MySqlPacketTooLargeException>(() => channel.ReadAsync(default).AsTask());
    }

    [Fact]
    public void Error_packet_gives_number_and_state()
    {
        var error = Answer.ParseError([0xFF, 0x26, 0x04, .. "#23000Duplicate entry"u8]);
        var early = Answer.ParseError([0xFF, 0x10, 0x04, .. "Too many connections"u8]);

        Assert.Equal((1062, "23000"), (error.Number, error.SqlState));
        Assert.Equal((1040, "HY000"), (early.Number, early.SqlState));
    }

    [Fact]
    public void Answer_gives_counts_and_state()
    {
        var answer = Answer.Parse([0x00, 0x02, 0xFC, 0x00, 0x01, 0x03, 0x40, 0x00, 0x00]);

        Assert.Equal(2u, answer.AffectedRows);
        Assert.Equal(256u, answer.LastInsertId);
        Assert.Equal((ServerStatus)0x4003, answer.Status);
    }

    [Theory]
    [InlineData("8.0.36", false)]
    [InlineData("5.5.5-10.11.6-MariaDB-0+deb12u1", true)]
    [InlineData("11.4.2-MariaDB", true)]
    [InlineData("strange", false)]
    public void Version_tells_which_server_it_is(string version, bool isMariaDb)
    {
        var handshake = new Handshake(version, 1, Challenge, Capabilities.None, "");

        Assert.Equal(isMariaDb, handshake.IsMariaDb);
    }

    [Theory]
    [InlineData("")]
    [InlineData("09")]
    [InlineData("0a352e36")]
    [InlineData("0a382e30000100000001020304050607080000ff")]
    public void Broken_introduction_is_refused(string hex) =>
        Assert.Throws<MySqlProtocolException>(() => Handshake.Parse(Convert.FromHexString(hex)));

    [Fact]
    public void Modes_that_change_how_sql_is_read_are_left_out() =>
        Assert.Equal(
            "STRICT_TRANS_TABLES,REAL_AS_FLOAT,NO_ZERO_DATE",
            SessionSetup.SafeMode(
                "STRICT_TRANS_TABLES,REAL_AS_FLOAT,ANSI_QUOTES,ANSI,ORACLE,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE,bad'mode"
            )
        );

    [Fact]
    public void Statement_used_longest_ago_makes_room()
    {
        var cache = new StatementCache(2);
        var (a, b, c) = (Compiled(1), Compiled(2), Compiled(3));
        Assert.Null(cache.Add("a", a));
        Assert.Null(cache.Add("b", b));
        Assert.True(cache.TryGet("a", out _));

        Assert.Same(b, cache.Add("c", c));

        Assert.Equal(2, cache.Count);
        Assert.False(cache.TryGet("b", out _));
        Assert.True(cache.TryGet("a", out var kept));
        Assert.Same(a, kept);
        var large = Compiled(4);
        Assert.Same(large, cache.Add(new string('x', 20_000), large));
    }

    private static PreparedStatement Compiled(uint id) => new(id, [], []);

    /// <summary>Gives its bytes in uneven pieces.</summary>
    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + (_reads++ * 7919 % 100_000))], cancellationToken);
    }
}
