namespace Rapport.Ledger;

/// <summary>Something wrong with a ledger or with an export of one.</summary>
/// <param name="Line">The line of the export, counted from 1; null when it is about the whole or there is no export.</param>
/// <param name="Index">The entry, counted from 0; null when it is not about one.</param>
/// <param name="Text">What is wrong, for people.</param>
public readonly record struct LedgerProblem(long? Line, long? Index, string Text)
{
    /// <summary>Where and what.</summary>
    public override string ToString() => (Line, Index) switch
    {
        (null, null) => Text,
        (null, _) => $"entry {Index}: {Text}",
        (_, null) => $"line {Line}: {Text}",
        _ => $"line {Line}, entry {Index}: {Text}",
    };
}
