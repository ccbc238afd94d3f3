using Yyc3.Connectors.MongoDb.Settings;
using Yyc3.Connectors.MongoDb.Wire;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Database.Tests.MongoDb.Scram;

/// <summary>The example of RFC 7677, and servers that are not what they seem.</summary>
public sealed class ScramTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string Challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string Verifier = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public void Example_of_the_rfc_is_followed()
    {
        var exchange = Exchange();

        Assert.Equal("n,,n=user,r=" + Nonce, exchange.First);
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            exchange.Answer(Challenge)
        );
        exchange.Verify(Verifier);
    }

    [Fact]
    public void Name_is_escaped() =>
        Assert.Equal("n,,n=u=2C=3Dser,r=x", new ScramExchange(new ScramKeys(new ScramUser("u,=ser", "p")), "x").First);

    [Theory]
    [InlineData("")]
    [InlineData("e=other-error")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=somebodyElse,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=many")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096")]
    [InlineData("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    public void Challenge_that_is_weak_or_of_another_exchange_is_refused(string challenge) =>
        Assert.Equal(
            "SERVER_NOT_AUTHENTIC",
            Assert.Throws<ConnectorException>(() => Exchange().Answer(challenge)).Code
        );

    [Theory]
    [InlineData("")]
    [InlineData("v=")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95g4=")]
    [InlineData("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=AAAA")]
    [InlineData("e=invalid-proof")]
    public void Server_that_does_not_know_the_password_is_refused(string answer)
    {
        var exchange = Exchange();
        exchange.Answer(Challenge);

        Assert.Throws<ConnectorException>(() => exchange.Verify(answer));
    }

    [Fact]
    public void Server_cannot_skip_the_challenge() =>
        Assert.Throws<ConnectorException>(() => Exchange().Verify(Verifier));

    private static ScramExchange Exchange() => new(new ScramKeys(new ScramUser("user", "pencil")), Nonce);
}
