using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Yyc3.Connectors.Rpc.Tests.Lab;

namespace Yyc3.Connectors.Benchmarks.Rpc;

/// <summary>About 4 KB of JSON with times, durations, maps, lists and bytes.</summary>
internal static class JsonSample
{
    private const int Items = 8;
    private static readonly DateTime Time = new(2026, 3, 14, 15, 9, 26, 535, DateTimeKind.Utc);

    public static Everything Make()
    {
        var message = Record(0);
        for (var i = 0; i < Items; i++)
        {
            var label = string.Create(CultureInfo.InvariantCulture, $"label-{i}");
            message.Numbers.Add(i * 1000);
            message.Longs.Add(i * 10_000_000_000);
            message.Texts.Add($"The quick brown fox \"{label}\" 语言");
            message.Times.Add(Timestamp.FromDateTime(Time.AddMinutes(i)));
            message.TextByText[label] = "value of " + label;
            message.TimeByText[label] = Timestamp.FromDateTime(Time.AddDays(i));
        }

        message.Children.Add(Record(1));
        message.Children.Add(Record(2));
        return message;
    }

    private static Everything Record(int number) =>
        new()
        {
            DoubleField = number + 0.25,
            FloatField = 1.5f,
            Int32Field = number,
            Int64Field = 1_234_567_890_123,
            BoolField = true,
            StringField = "A line of text that somebody typed, with a tab\tand a newline\n",
            BytesField = ByteString.CopyFrom([.. Enumerable.Range(0, 128).Select(value => (byte)value)]),
            Colour = Colour.Blue,
            Time = Timestamp.FromDateTime(Time.AddHours(number)),
            Duration = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1500 + number)),
        };
}
