namespace Yyc3.Connectors.Sdk.Batches;

/// <summary>A page of a list whose length is known.</summary>
/// <typeparam name="TItem">What is listed.</typeparam>
/// <param name="Items">The items of the page, in order.</param>
/// <param name="Total">How many items all pages have together.</param>
public sealed record CountedPage<TItem>(IReadOnlyList<TItem> Items, long Total);
