namespace Rapport.Ledger;

/// <summary>The names of the kinds, as exports and programs use them.</summary>
public static class LedgerKinds
{
    // In the order of the numbers, from 1.
    private static readonly string[] _codes =
        ["created", "gathered", "consented", "revoked", "disclosed", "broke-glass", "delegated", "corrected", "outcome", "erased"];

    /// <summary>The kind's name, such as <c>broke-glass</c>.</summary>
    public static string Code(this LedgerKind kind) => _codes[(int)kind - 1];

    /// <summary>The kind with this name.</summary>
    public static bool TryParse(string code, out LedgerKind kind)
    {
        var position = Array.IndexOf(_codes, code);
        kind = (LedgerKind)(position + 1);
        return position >= 0;
    }
}
