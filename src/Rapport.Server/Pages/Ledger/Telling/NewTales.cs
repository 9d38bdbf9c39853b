using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>What happens after a page was made, told as it happens. Each deed is looked at once, and joins the tale of those like it since then. For one page, not thread safe.</summary>
internal sealed class NewTales
{
    private readonly Dictionary<TaleKey, List<LedgerDeed>> _deeds = [];

    /// <summary>Takes up the deeds that follow; the tales they belong to, the one with the newest deed last.</summary>
    public IReadOnlyList<Tale> Tell(IEnumerable<LedgerDeed> next)
    {
        var changed = new HashSet<TaleKey>();
        foreach (var deed in next)
        {
            var key = TaleKey.Of(deed);
            if (!_deeds.TryGetValue(key, out var deeds))
            {
                _deeds[key] = deeds = [];
            }

            deeds.Add(deed);
            changed.Add(key);
        }

        return [.. changed.Select(key => new Tale(key, [.. _deeds[key]], [])).OrderBy(tale => tale.Newest.Index)];
    }
}
