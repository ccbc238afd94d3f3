using System.Text;

namespace Yyc3.Connectors.MySql.Protocol.Wire;

/// <summary>What a command that is done has done (an OK packet, or the one behind the last row).</summary>
/// <param name="AffectedRows">Rows it found or changed.</param>
/// <param name="LastInsertId">First key it has generated; 0 for none.</param>
/// <param name="Status">State of the session.</param>
internal readonly record struct Answer(ulong AffectedRows, ulong LastInsertId, ServerStatus Status)
{
    private const byte Ok = 0x00;
    private const byte Eof = 0xFE;
    private const byte Error = 0xFF;

    // An EOF packet of the old kind: marker, warnings, status.
    private const int OldEofLength = 5;

    public static bool IsError(ReadOnlySpan<byte> payload) => payload is [Error, ..];

    public static bool IsOk(ReadOnlySpan<byte> payload) => payload is [Ok, ..];

    /// <summary>Whether this ends the rows; a row may start with the same byte, but then it fills a packet.</summary>
    public static bool IsEnd(ReadOnlySpan<byte> payload) =>
        payload is [Eof, ..] && payload.Length < PacketWriter.LongestPayload;

    public static Answer Parse(ReadOnlySpan<byte> payload)
    {
        var packet = new PacketReader(payload);
        var first = packet.Byte();
        if (first == Error)
        {
            throw ParseError(payload);
        }

        if (first is not (Ok or Eof))
        {
            throw new MySqlProtocolException("The server does not say whether the command is done.");
        }

        if (first == Eof && payload.Length == OldEofLength)
        {
            packet.Take(2);
            return new Answer(0, 0, (ServerStatus)packet.UInt16());
        }

        return new Answer(packet.LengthEncodedInteger(), packet.LengthEncodedInteger(), (ServerStatus)packet.UInt16());
    }

    public static MySqlException ParseError(ReadOnlySpan<byte> payload)
    {
        var packet = new PacketReader(payload);
        packet.Take(1);
        var number = packet.UInt16();
        var rest = packet.Rest();
        var state = "HY000";
        if (rest is [(byte)'#', _, _, _, _, _, ..])
        {
            state = Encoding.ASCII.GetString(rest.Slice(1, 5));
            rest = rest[6..];
        }

        return new MySqlException(number, state, Encoding.UTF8.GetString(rest));
    }
}
