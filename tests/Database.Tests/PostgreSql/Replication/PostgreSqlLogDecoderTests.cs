using System.Buffers.Binary;
using System.Text;
using Yyc3.Connectors.PostgreSql.Records.Replication;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Database.Tests.PostgreSql.Replication;

/// <summary>The messages of <c>pgoutput</c>, as the server's documentation describes them.</summary>
public sealed class PostgreSqlLogDecoderTests
{
    private const uint Table = 77;

    private static readonly byte[] Begin = Message('B', 0x100UL, 0UL, 5u);
    private static readonly byte[] Commit = Message('C', (byte)0, 0x100UL, 0x130UL, 0UL);
    private static readonly byte[] Relation = Message(
        'R',
        Table,
        "s",
        "t",
        (byte)'d',
        (short)3,
        (byte)0,
        "v",
        25,
        -1,
        (byte)1,
        "b",
        23,
        -1,
        (byte)1,
        "a",
        23,
        -1
    );

    [Fact]
    public void Keys_are_in_the_order_of_the_resource_and_places_are_counted()
    {
        var steps = Read(
            Begin,
            Relation,
            Message('I', Table, 'N', (short)3, 't', 2, "é", 't', 1, "2", 't', 1, "1"),
            Message('I', 78u, 'N', (short)1, 't', 1, "2"),
            Message('D', Table, 'K', (short)3, 'n', 't', 1, "4", 't', 1, "3"),
            Commit
        );
        Assert.Equal(
            [new LogPosition(0x100, 1), new LogPosition(0x100, 2), new LogPosition(0x130, 0)],
            steps.Select(step => step.After)
        );
        Assert.Equal([LogStepKind.Change, LogStepKind.Change, LogStepKind.Commit], steps.Select(step => step.Kind));
        Assert.Equal(["1", "2"], steps[0].Key);
        Assert.Equal(["3", "4"], steps[1].Key);
        Assert.Equal(5u, steps[0].Transaction);
    }

    [Fact]
    public void An_update_tells_the_old_key_when_it_differs()
    {
        var steps = Read(
            Begin,
            Relation,
            Message('U', Table, 'N', (short)3, 'u', 't', 1, "2", 't', 1, "1"),
            Message(
                'U',
                Table,
                'K',
                (short)3,
                'n',
                't',
                1,
                "2",
                't',
                1,
                "1",
                'N',
                (short)3,
                'u',
                't',
                1,
                "9",
                't',
                1,
                "1"
            ),
            Message('U', Table, 'O', (short)3, 'n', 't', 1, "9", 't', 1, "1", 'N', (short)3, 'n', 'u', 't', 1, "1")
        );
        Assert.Equal(["1,2", "1,2", "1,9", "1,9"], steps.Select(step => string.Join(',', step.Key)));
    }

    [Fact]
    public void A_key_that_is_not_told_is_a_gap()
    {
        Assert.Equal(
            LogStepKind.Gap,
            Read(Begin, Relation, Message('U', Table, 'N', (short)3, 'n', 'u', 't', 1, "1"))[0].Kind
        );
        var renamed = Message('R', Table, "s", "t", (byte)'d', (short)1, (byte)1, "x", 23, -1);
        Assert.Equal(LogStepKind.Gap, Read(Begin, renamed, Message('I', Table, 'N', (short)1, 't', 1, "1"))[0].Kind);
    }

    [Fact]
    public void Truncating_is_a_gap_when_it_is_of_the_table()
    {
        Assert.Empty(Read(Begin, Message('T', 1, (byte)0, 78u)));
        Assert.Equal(LogStepKind.Gap, Read(Begin, Message('T', 2, (byte)0, 78u, Table))[0].Kind);
    }

    [Fact]
    public void A_message_that_ends_early_is_told()
    {
        var cut = Message('I', Table, 'N', (short)3, 't', 20, "x");
        var fault = Assert.Throws<ConnectorException>(() => Read(Begin, Relation, cut));
        Assert.Equal(ErrorKind.MalformedAnswer, fault.Kind);
        Assert.Throws<ConnectorException>(() =>
            Read([
                [],
            ])
        );
        Assert.Throws<ConnectorException>(() => Read(Message('R', Table, (byte)65)));
    }

    [Theory]
    [InlineData("10:20:", 9u, true)]
    [InlineData("10:20:10,15", 15u, false)]
    [InlineData("10:20:10,15", 14u, true)]
    [InlineData("10:20:10", 20u, false)]
    [InlineData("4294967290:4294967306:4294967290", 5u, true)]
    [InlineData("4294967290:4294967306:4294967290", 12u, false)]
    [InlineData("4294967290:4294967306:4294967290", 4294967290u, false)]
    [InlineData("4294967290:4294967306:4294967290", 4294967289u, true)]
    [InlineData("4294967290:4294967295:", 3u, false)]
    public void A_snapshot_sees_what_has_ended(string snapshot, uint transaction, bool sees) =>
        Assert.Equal(sees, TransactionSnapshot.Parse(snapshot).Sees(transaction));

    [Fact]
    public void A_cursor_is_read_as_it_was_written()
    {
        var cursor = new LogCursor("00ff", new LogPosition(ulong.MaxValue, 12));
        Assert.Equal(cursor, LogCursor.Read(cursor.Write()));
        Assert.Equal(0x16_B374D848UL, LogPosition.ParseLsn("16/B374D848"));
        Assert.Equal("16/B374D848", LogPosition.FormatLsn(0x16_B374D848UL));
    }

    private static List<LogStep> Read(params byte[][] messages)
    {
        var decoder = new LogDecoder(Table, ["a", "b"]);
        var steps = new Queue<LogStep>();
        foreach (var message in messages)
        {
            decoder.Read(message, steps);
        }

        return [.. steps];
    }

    /// <summary>Chars are single bytes; texts behind a length are bare, others end with NUL.</summary>
    private static byte[] Message(params object[] parts)
    {
        using var buffer = new MemoryStream();
        Span<byte> number = stackalloc byte[8];
        for (var index = 0; index < parts.Length; index++)
        {
            switch (parts[index])
            {
                case char letter:
                    buffer.WriteByte((byte)letter);
                    break;
                case byte value:
                    buffer.WriteByte(value);
                    break;
                case short value:
                    BinaryPrimitives.WriteInt16BigEndian(number, value);
                    buffer.Write(number[..2]);
                    break;
                case int value:
                    BinaryPrimitives.WriteInt32BigEndian(number, value);
                    buffer.Write(number[..4]);
                    break;
                case uint value:
                    BinaryPrimitives.WriteUInt32BigEndian(number, value);
                    buffer.Write(number[..4]);
                    break;
                case ulong value:
                    BinaryPrimitives.WriteUInt64BigEndian(number, value);
                    buffer.Write(number);
                    break;
                case string text:
                    buffer.Write(Encoding.UTF8.GetBytes(text));
                    if (parts[index - 1] is not int)
                    {
                        buffer.WriteByte(0);
                    }

                    break;
                default:
                    throw new ArgumentException("A kind of part that is not known.", nameof(parts));
            }
        }

        return buffer.ToArray();
    }
}
