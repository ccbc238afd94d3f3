using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Sync.Service;

/// <summary>Where a list goes on: behind a number and an id.</summary>
internal static class PageCursor
{
    public static string Write(long number, string id) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}:{id}")));

    /// <exception cref="FaultException">It is not one of ours.</exception>
    public static (long Number, string Id)? Read(string cursor)
    {
        if (cursor.Length == 0)
        {
            return null;
        }

        try
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 2);
            if (parts.Length == 2)
            {
                return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
            }
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            // Told below.
        }

        throw Fault.Invalid("cursor", "is not a cursor of this list");
    }
}
