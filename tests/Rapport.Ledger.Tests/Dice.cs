using System.Text;

namespace Rapport.Ledger.Tests;

/// <summary>Random test data that is the same in every run, so that a failure can be repeated.</summary>
internal sealed class Dice(int seed)
{
#pragma warning disable CA5394 // repeatable on purpose; nothing here is a secret
    private static readonly string[] _texts =
    [
        "", "a", "Dr. Lee", "Zoë \"Zo\" Ångström", "back\\slash", "line\nfeed\ttab\r", "\u0000\u0001\u001f\u007f\u0080", "\u2028\u2029",
        "漢字かな", "👩‍⚕️", "\uFFFD", "</script>&amp;", "{\"index\":0}", " spaces  ", "\u202Eright to left",
    ];

    private readonly Random _random = new(seed);

    public int Below(int limit) => _random.Next(limit);

    public int Between(int low, int high) => _random.Next(low, high + 1);

    public bool OneIn(int n) => _random.Next(n) == 0;

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    public TreeHash Hash() => TreeHash.FromBytes(Bytes(TreeHash.Length));

    public T[] Shuffled<T>(IEnumerable<T> items)
    {
        var shuffled = items.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }
#pragma warning restore CA5394

    public string Text()
    {
        if (OneIn(40))
            return new string('x', Between(100, 20_000));
        var text = new StringBuilder();
        for (var parts = Below(4); parts >= 0; parts--)
            text.Append(_texts[Below(_texts.Length)]);
        return text.ToString();
    }

    public LedgerDetails Details() => new()
    {
        Kind = (LedgerKind)Between(1, 10),
        Actor = "Practitioner/" + Text(),
        ActorName = OneIn(3) ? null : Text(),
        OnBehalfOf = OneIn(2) ? null : Text(),
        OnBehalfOfName = OneIn(2) ? null : Text(),
        Purpose = OneIn(3) ? null : "TREAT",
        Note = OneIn(3) ? null : Text(),
        Consents = [.. Enumerable.Range(0, Below(4)).Select(_ => Convert.ToHexStringLower(Bytes(Below(20))))],
        EntryCount = OneIn(3) ? int.MaxValue - Below(3) : Below(300),
        Digest = Bytes(32),
        Entries = Bytes(OneIn(10) ? Below(5000) : Below(50)),
        Salt = Bytes(16),
    };

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + Below(int.MaxValue));
}
