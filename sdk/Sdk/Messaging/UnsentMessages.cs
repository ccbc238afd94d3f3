using System.Globalization;

namespace Yyc3.Connectors.Sdk.Messaging;

/// <summary>
/// Which messages of a call were not sent, as a detail of its error, where the provider tells: places in rising order, such as
/// <c>3,20-29</c>, for a long list must not outgrow the answer.
/// </summary>
public static class UnsentMessages
{
    /// <summary>Name of the detail.</summary>
    public const string Detail = "failed";

    /// <summary>Makes the detail.</summary>
    /// <param name="places">Places in the caller's list, counted from 0, rising.</param>
    /// <returns>Its text.</returns>
    public static string Write(IReadOnlyList<int> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var parts = new List<string>();
        for (var (first, next) = (0, 1); first < places.Count; first = next++)
        {
            while (next < places.Count && places[next] == places[next - 1] + 1)
            {
                next++;
            }

            var isRange = next - first > 2;
            parts.AddRange(
                isRange
                    ? [string.Create(CultureInfo.InvariantCulture, $"{places[first]}-{places[next - 1]}")]
                    : places
                        .Skip(first)
                        .Take(next - first)
                        .Select(place => place.ToString(CultureInfo.InvariantCulture))
            );
        }

        return string.Join(',', parts);
    }

    /// <summary>Reads the detail of an error.</summary>
    /// <param name="fault">The error.</param>
    /// <returns>The places; empty when the error does not tell.</returns>
    internal static List<int> Read(ConnectorException fault) =>
        fault.Details?.GetValueOrDefault(Detail) is { Length: > 0 } text ? [.. text.Split(',').SelectMany(Range)] : [];

    private static IEnumerable<int> Range(string part)
    {
        var ends = Array.ConvertAll(part.Split('-'), end => int.Parse(end, CultureInfo.InvariantCulture));
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
