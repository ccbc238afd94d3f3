using System.Security.Cryptography;

namespace Yyc3.Connectors.Runtime.State;

/// <summary>Makes ids: a prefix that tells the kind, then 80 random bits in lower-case letters and digits.</summary>
internal static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string New(string prefix) =>
        string.Create(
            prefix.Length + 16,
            prefix,
            static (target, prefix) =>
            {
                prefix.CopyTo(target);
                RandomNumberGenerator.GetItems(Alphabet, target[prefix.Length..]);
            }
        );
}
