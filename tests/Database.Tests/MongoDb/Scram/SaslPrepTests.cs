using System.Text;
using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.TestServers;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Scram;

/// <summary>Passwords are prepared as pymongo prepares them, or refused.</summary>
public sealed class SaslPrepTests
{
    private const string Check = """
        import sys
        from pymongo.saslprep import saslprep
        count = 0
        for line in open(sys.argv[1]):
            given, prepared = (bytes.fromhex(part).decode() for part in line.rstrip("\n").split(" "))
            assert saslprep(given) == prepared, (given, prepared, saslprep(given))
            count += 1
        print(count)
        """;

    [Theory]
    [InlineData("p@ss w=rd,", "p@ss w=rd,")]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("USER", "USER")]
    [InlineData("a\u00A0b\u3000c", "a b c")]
    [InlineData("Größe 汉字 пароль", "Größe 汉字 пароль")]
    public void Passwords_are_prepared(string password, string expected)
    {
        Assert.True(SaslPrep.TryPrepare(password, out var prepared));
        Assert.Equal(expected, prepared);
    }

    [Theory]
    [InlineData("\u00AA")]
    [InlineData("\u2168")]
    [InlineData("a\u0301")]
    [InlineData("\uFF21")]
    [InlineData("\u0007")]
    [InlineData("\u007F")]
    [InlineData("\u0627\u0031")]
    [InlineData("👩")]
    [InlineData("\uE000")]
    [InlineData("\u00AD")]
    public void Passwords_whose_normal_form_is_not_known_are_refused(string password) =>
        Assert.False(SaslPrep.TryPrepare(password, out _));

    [Fact]
    public async Task Every_accepted_password_is_prepared_as_pymongo_does()
    {
        var accepted = Enumerable
            .Range(1, char.MaxValue)
            .Select(code => (char)code)
            .Where(character => SaslPrep.TryPrepare("x" + character, out _))
            .ToArray();
        var random = new Random(3);
        var passwords = accepted
            .Select(character => "x" + character)
            .Concat(Enumerable.Range(0, 20_000).Select(_ => new string(random.GetItems(accepted, 12))));
        var file = Path.GetTempFileName();
        try
        {
            var lines = passwords
                .Select(password => (password, isAccepted: SaslPrep.TryPrepare(password, out var prepared), prepared))
                .Where(line => line.isAccepted)
                .Select(line => $"{Hex(line.password)} {Hex(line.prepared)}")
                .ToList();
            await File.WriteAllLinesAsync(file, lines);

            var checked_ = await Shell.RunAsync(MongoTestServer.Python, ["-c", Check, file]);
            Assert.Equal($"{lines.Count}\n", checked_);
            Assert.True(accepted.Length > 39_000);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
