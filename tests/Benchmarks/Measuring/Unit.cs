using System.Globalization;

namespace Yyc3.Connectors.Benchmarks.Measuring;

/// <summary>What a benchmark measures.</summary>
/// <param name="Name">As printed.</param>
/// <param name="MoreIsBetter">Rates are better when higher, times when lower.</param>
internal sealed record Unit(string Name, bool MoreIsBetter)
{
    public static readonly Unit PerSecond = new("/s", MoreIsBetter: true);

    public static readonly Unit Seconds = new("s", MoreIsBetter: false);

    public static readonly Unit MegabytesPerSecond = new("MB/s", MoreIsBetter: true);

    public static readonly Unit Microseconds = new("µs", MoreIsBetter: false);

    /// <summary>Greater than 1 when ours is better.</summary>
    public double Ratio(double ours, double baseline) => MoreIsBetter ? ours / baseline : baseline / ours;

    public string Format(double value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(MoreIsBetter ? $"{value:0}" : $"{value:0.000}")} {Name}");
}
