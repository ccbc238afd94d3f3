using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Yyc3.Connectors.Rpc.Rest.Json.WellKnown;

/// <summary>Always <c>yyyy-MM-ddTHH:mm:ss.fffZ</c> on the way out; any RFC 3339 time on the way in.</summary>
internal sealed class TimestampCodec : ValueCodec<Timestamp>
{
    private const string Wanted = "must be an RFC 3339 time such as 2026-02-03T10:00:00.000Z";
    private const int Length = 24;

    public override void Write(Utf8JsonWriter writer, Timestamp value)
    {
        Span<byte> text = stackalloc byte[Length + 2];
        text[0] = text[^1] = (byte)'"';
        Fill(value, text[1..^1]);
        writer.WriteRawValue(text, skipInputValidation: true);
    }

    public override Timestamp Read(ref JsonInput input)
    {
        input.Expect(JsonTokenType.String, "a time");
        return input.Reader.ValueIsEscaped ? Parse(input.Reader.GetString()!) : Parse(input.Reader.ValueSpan);
    }

    public override Timestamp Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    public override string Format(Timestamp value)
    {
        Span<byte> text = stackalloc byte[Length];
        Fill(value, text);
        return Encoding.ASCII.GetString(text);
    }

    private static void Fill(Timestamp value, Span<byte> text)
    {
        var time = DateTime.UnixEpoch.AddTicks(
            checked(value.Seconds * TimeSpan.TicksPerSecond) + (value.Nanos / TimeSpan.NanosecondsPerTick)
        );
        "0000-00-00T00:00:00.000Z"u8.CopyTo(text);
        Put(text, 0, 4, time.Year);
        Put(text, 5, 2, time.Month);
        Put(text, 8, 2, time.Day);
        Put(text, 11, 2, time.Hour);
        Put(text, 14, 2, time.Minute);
        Put(text, 17, 2, time.Second);
        Put(text, 20, 3, time.Millisecond);
    }

    private static void Put(Span<byte> text, int at, int digits, int value)
    {
        for (var i = at + digits - 1; i >= at; i--)
        {
            text[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static Timestamp Parse(ReadOnlySpan<byte> text)
    {
        // 2026-02-03T10:00:00 and at least a Z behind it.
        if (
            text.Length < 20
            || text[4] != '-'
            || text[7] != '-'
            || (text[10] | 0x20) != 't'
            || text[13] != ':'
            || text[16] != ':'
        )
        {
            throw new JsonReadException(Wanted);
        }

        int year = Take(text, 0, 4),
            month = Take(text, 5, 2),
            day = Take(text, 8, 2);
        int hour = Take(text, 11, 2),
            minute = Take(text, 14, 2),
            second = Take(text, 17, 2);
        if (
            year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            throw new JsonReadException("is not a time that exists");
        }

        var rest = text[19..];
        var nanos = Fraction(ref rest);
        var seconds =
            (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks)
            / TimeSpan.TicksPerSecond;
        return InRange(seconds - Offset(rest), nanos);
    }

    private static Timestamp InRange(long seconds, int nanos) =>
        seconds is >= -62135596800 and <= 253402300799
            ? new Timestamp { Seconds = seconds, Nanos = nanos }
            : throw new JsonReadException("is before the year 1 or after the year 9999");

    private static int Fraction(ref ReadOnlySpan<byte> rest)
    {
        if (rest[0] != '.')
        {
            return 0;
        }

        var digits = 1;
        while (digits < rest.Length && rest[digits] is >= (byte)'0' and <= (byte)'9')
        {
            digits++;
        }

        if (digits is 1 or > 10)
        {
            throw new JsonReadException(Wanted);
        }

        var nanos = Take(rest, 1, digits - 1);
        for (var i = digits; i < 10; i++)
        {
            nanos *= 10;
        }

        rest = rest[digits..];
        return nanos;
    }

    /// <summary>Seconds east of UTC.</summary>
    private static int Offset(ReadOnlySpan<byte> rest)
    {
        if (rest.Length == 1 && (rest[0] | 0x20) == 'z')
        {
            return 0;
        }

        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':')
        {
            throw new JsonReadException(Wanted);
        }

        int hours = Take(rest, 1, 2),
            minutes = Take(rest, 4, 2);
        if (hours > 23 || minutes > 59)
        {
            throw new JsonReadException(Wanted);
        }

        return ((hours * 60) + minutes) * (rest[0] == '-' ? -60 : 60);
    }

    private static int Take(ReadOnlySpan<byte> text, int at, int digits)
    {
        var value = 0;
        for (var i = at; i < at + digits; i++)
        {
            var digit = text[i] - '0';
            if (digit is < 0 or > 9)
            {
                throw new JsonReadException(Wanted);
            }

            value = (value * 10) + digit;
        }

        return value;
    }
}
