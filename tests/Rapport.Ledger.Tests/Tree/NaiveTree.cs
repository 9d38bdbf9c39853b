using System.Security.Cryptography;

namespace Rapport.Ledger.Tests.Tree;

/// <summary>
/// The definitions of RFC 6962 section 2.1 written down as they stand, over the leaves themselves. Slow, and independent of the product.
/// </summary>
internal static class NaiveTree
{
    /// <summary>MTH(D[n]).</summary>
    public static byte[] Root(byte[][] leaves) => leaves.Length switch
    {
        0 => SHA256.HashData(Array.Empty<byte>()),
        1 => SHA256.HashData([0, .. leaves[0]]),
        var n => SHA256.HashData([1, .. Root(leaves[..Split(n)]), .. Root(leaves[Split(n)..])]),
    };

    /// <summary>PATH(m, D[n]).</summary>
    public static List<byte[]> Path(int m, byte[][] leaves)
    {
        var n = leaves.Length;
        if (n == 1)
            return [];
        var k = Split(n);
        return m < k
            ? [.. Path(m, leaves[..k]), Root(leaves[k..])]
            : [.. Path(m - k, leaves[k..]), Root(leaves[..k])];
    }

    /// <summary>PROOF(m, D[n]).</summary>
    public static List<byte[]> Proof(int m, byte[][] leaves) => SubProof(m, leaves, b: true);

    private static List<byte[]> SubProof(int m, byte[][] leaves, bool b)
    {
        var n = leaves.Length;
        if (m == n)
            return b ? [] : [Root(leaves)];
        var k = Split(n);
        return m <= k
            ? [.. SubProof(m, leaves[..k], b), Root(leaves[k..])]
            : [.. SubProof(m - k, leaves[k..], b: false), Root(leaves[..k])];
    }

    private static int Split(int n)
    {
        var k = 1;
        while (2 * k < n)
            k *= 2;
        return k;
    }
}
