namespace Yyc3.Connectors.Rpc.Calls.Errors;

public enum ErrorLanguage
{
    English,
    Chinese,
}
