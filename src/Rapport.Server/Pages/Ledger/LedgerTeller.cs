using System.Security.Cryptography;
using System.Text;
using Rapport.Records;
using Rapport.Server.Pages.Outcomes;

namespace Rapport.Server.Pages.Ledger;

/// <summary>Makes what pages show of a ledger out of what it tells.</summary>
/// <param name="sentence">Its words.</param>
/// <param name="visits">The visits that the ledger tells of, where it is told beside looks what came of them.</param>
internal sealed class LedgerTeller(LedgerSentence sentence, IReadOnlyList<Visit>? visits = null)
{
    private readonly Dictionary<long, Visit> _byLook = (visits ?? []).SelectMany(static visit => visit.Looks, static (visit, look) => (visit, look.Index))
        .ToDictionary(static known => known.Index, static known => known.visit);

    /// <summary>Lines that open under a sentence; the others have a page of their own.</summary>
    private const int MostLines = 6;

    /// <summary>People that can be chosen.</summary>
    private const int MostPeople = 200;

    public TaleView View(Tale tale, LedgerFilter filter) => new(
        KeyOf(tale.Key),
        LedgerSentence.Icon(tale.Key.Kind),
        tale.Newest.IsLook,
        sentence.Of(tale),
        [.. tale.Remarks.Select(remark => (sentence.Why(remark), remark.Look.Index))],
        tale.Deeds.Count,
        [.. tale.Deeds.Reverse().Take(MostLines).Select(deed => Line(deed) with { Sentence = sentence.InTale(deed) })],
        new LedgerFilter(null, null, filter.Period) { Tale = tale.Key }.Address("/ledger/lines"))
    {
        Outcome = OutcomeOf(tale),
    };

    public LedgerLine Line(LedgerDeed deed) => new(deed.Index, deed.At, LedgerSentence.Icon(deed.Kind), sentence.Of(deed), deed.IsLook);

    /// <summary>What may be chosen. Of somebody who went by several names it is the newest.</summary>
    public FilterView View(LedgerFilter filter, IReadOnlyList<LedgerDeed> deeds)
    {
        var people = deeds.Reverse().Where(deed => deed.Actor.Length > 0).DistinctBy(deed => deed.Actor).Take(MostPeople);
        return new FilterView(
            [new("", LedgerText.Everybody, filter.Who is null), .. people.Select(deed => new FilterOption(deed.Actor, sentence.Who(deed with { OnBehalfOf = null }), deed.Actor == filter.Who))],
            [new("", LedgerText.EverythingThere, filter.What is null), .. LedgerPart.All.Select(part => new FilterOption(part.Name, Text(part), part == filter.What))],
            [
                new("", LedgerText.AllTheTime, filter.Period is null),
                .. LedgerPeriod.All.Select(period => new FilterOption(period.Name, Say.Fill(LedgerText.PeriodDays, Say.Number(period.Days)), period == filter.Period)),
            ],
            filter != LedgerFilter.Everything);
    }

    private TaleOutcome? OutcomeOf(Tale tale)
    {
        var those = tale.Deeds.Select(deed => _byLook.GetValueOrDefault(deed.Index)).OfType<Visit>().Distinct().ToList();
        return OutcomeWords.ToldOf(those) is not { } told ? null : new TaleOutcome(OutcomeWords.Beside(those), told.FeltLast is null ? $"/ledger/{told.Last.Index}#outcome" : null);
    }

    /// <summary>The same tale has the same key, on the page and in what is told later.</summary>
    private static string KeyOf(TaleKey key) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Actor}\n{key.OnBehalfOf}\n{key.Kind}\n{key.Purpose}")).AsSpan(0, 8));

    private static string Text(LedgerPart part) =>
        part == LedgerPart.Looks ? LedgerText.WhatLooks
        : part == LedgerPart.Additions ? LedgerText.WhatAdditions
        : part == LedgerPart.Agreements ? LedgerText.WhatAgreements
        : LedgerText.WhatOwn;
}
