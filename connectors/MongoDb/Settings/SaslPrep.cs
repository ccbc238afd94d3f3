using System.Text;

namespace Yyc3.Connectors.MongoDb.Settings;

/// <summary>
/// SASLprep (RFC 4013) as far as it can be done without the tables of normalisation, which this host may lack: a password is
/// prepared exactly, or refused. Letters that normalisation leaves alone are let through; others that it would change, and
/// scripts written from right to left, are refused rather than sent in a form that the server might not accept.
/// </summary>
internal static class SaslPrep
{
    /// <summary>Letters, first and last of each range, that no step of SASLprep changes and that never join with others.</summary>
    private static readonly (char First, char Last)[] Letters =
    [
        ('\u00C0', '\u00D6'),
        ('\u00D8', '\u00F6'),
        ('\u00F8', '\u0131'),
        ('\u0134', '\u013E'),
        ('\u0141', '\u0148'),
        ('\u014A', '\u017E'),
        ('\u0388', '\u038A'),
        ('\u038E', '\u03A1'),
        ('\u03A3', '\u03CE'),
        ('\u0400', '\u0481'),
        ('\u048A', '\u04CE'),
        ('\u0E01', '\u0E30'),
        ('\u1EA0', '\u1EF9'),
        ('\u3041', '\u3094'),
        ('\u30A1', '\u30FA'),
        ('\u3400', '\u4DB5'),
        ('\u4E00', '\u9FA5'),
        ('\uAC00', '\uD7A3'),
    ];

    /// <summary>Prepares a password.</summary>
    /// <param name="password">As the user wrote it.</param>
    /// <param name="prepared">As the protocol wants it.</param>
    /// <returns>False when a character is forbidden, or its normal form is not known.</returns>
    public static bool TryPrepare(string password, out string prepared)
    {
        var result = new StringBuilder(password.Length);
        foreach (var character in password)
        {
            if (IsSpace(character))
            {
                result.Append(' ');
            }
            else if (character is >= ' ' and <= '~' || IsLetter(character))
            {
                result.Append(character);
            }
            else if (!IsNothing(character))
            {
                prepared = "";
                return false;
            }
        }

        prepared = result.ToString();
        return prepared.Length > 0;
    }

    /// <summary>Table C.1.2 of RFC 3454, without what table B.1 takes away first.</summary>
    private static bool IsSpace(char character) =>
        character is '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u202F' or '\u205F' or '\u3000';

    /// <summary>Table B.1 of RFC 3454: commonly mapped to nothing.</summary>
    private static bool IsNothing(char character) =>
        character
            is '\u00AD'
                or '\u034F'
                or '\u1806'
                or (>= '\u180B' and <= '\u180D')
                or (>= '\u200B' and <= '\u200D')
                or '\u2060'
                or (>= '\uFE00' and <= '\uFE0F')
                or '\uFEFF';

    private static bool IsLetter(char character)
    {
        foreach (var (first, last) in Letters)
        {
            if (character >= first && character <= last)
            {
                return true;
            }
        }

        return false;
    }
}
