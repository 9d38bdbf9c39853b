using Rapport.Ledger;
using Rapport.Records;

namespace Rapport.Server.Pages.Ledger;

/// <summary>
/// The rules by which a look stands first: each by what one person did before, and each with a reason that the patient can read. Deeds come in the order in which they
/// happened, all of the ledger, so that "never before" is true. Pure; for one telling.
/// </summary>
/// <param name="zone">In which it is night.</param>
internal sealed class Remarks(TimeZoneInfo zone)
{
    /// <summary>How many entries are worth a word, and how many times as many as ever before.</summary>
    public const int ManyEntries = 50, TimesAsMany = 5;

    /// <summary>After so many looks one knows how much somebody usually sees; after so many nights that they look at night.</summary>
    public const int KnownAfterLooks = 3, KnownAfterNights = 3;

    /// <summary>Night is before this hour.</summary>
    public const int NightEnds = 5;

    /// <summary>How long one does not look for it to be a pause.</summary>
    public static readonly TimeSpan LongPause = TimeSpan.FromDays(180);

    /// <summary>How long after the end of an agreement a look is soon after it.</summary>
    public static readonly TimeSpan SoonAfter = TimeSpan.FromDays(7);

    /// <summary>How long a look stands first. What happened in an emergency always does.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(30);

    private readonly Dictionary<string, Past> _pasts = [];
    private readonly Dictionary<string, HashSet<Past>> _lookersUnder = [];
    private readonly Dictionary<string, DateTimeOffset> _agreedAt = [];

    /// <summary>What there is to say of the next deed, weightiest first.</summary>
    public IReadOnlyList<Remark> Of(LedgerDeed deed)
    {
        if (deed.IsLook)
        {
            return OfLook(deed);
        }

        if (deed.Kind is LedgerKind.BrokeGlass)
        {
            return [new Remark(RemarkKind.Emergency, deed, null, 0)];
        }

        if ((deed.Kind is LedgerKind.Consented && CountedOpening.In(deed.Note) is null) || (deed.Kind is LedgerKind.Delegated && !deed.Ends))
        {
            foreach (var consent in deed.Consents)
            {
                _agreedAt[consent] = deed.At;
            }
        }
        else if (deed.Ends && deed.Note is not (OpinionNote.Given or OpinionNote.Declined))
        {
            // What ends with somebody's own answer, nobody stopped.
            foreach (var past in deed.Consents.SelectMany(consent => _lookersUnder.GetValueOrDefault(consent, [])))
            {
                past.StoppedAt = deed.At;
            }
        }

        return [];
    }

    private List<Remark> OfLook(LedgerDeed look)
    {
        if (!_pasts.TryGetValue(look.Actor, out var past))
        {
            _pasts[look.Actor] = past = new Past();
        }

        var isNight = TimeZoneInfo.ConvertTime(look.At, zone).Hour < NightEnds;
        List<Remark> remarks = [];
        Add(RemarkKind.Emergency, look.IsEmergency);
        Add(RemarkKind.AfterStop, past.StoppedAt is { } stopped && look.At - stopped < SoonAfter && !look.Consents.Any(consent => _agreedAt.GetValueOrDefault(consent) > stopped), past.StoppedAt);
        Add(RemarkKind.First, past.Looks == 0);
        Add(RemarkKind.NewPurpose, past.Looks > 0 && look.Purpose is { } purpose && !past.Purposes.Contains(purpose));
        Add(RemarkKind.FarMore, past.Looks >= KnownAfterLooks && look.EntryCount >= ManyEntries && look.EntryCount >= TimesAsMany * past.MostEntries);
        Add(RemarkKind.AtNight, isNight && past.Nights < KnownAfterNights);
        Add(RemarkKind.AfterPause, past.LastAt is { } last && look.At - last >= LongPause, past.LastAt);
        Remember(past, look, isNight);
        return remarks;

        void Add(RemarkKind kind, bool holds, DateTimeOffset? before = null)
        {
            if (holds)
            {
                remarks.Add(new Remark(kind, look, before, past.MostEntries));
            }
        }
    }

    private void Remember(Past past, LedgerDeed look, bool isNight)
    {
        past.Looks++;
        past.LastAt = look.At;
        past.MostEntries = Math.Max(past.MostEntries, look.EntryCount);
        past.Nights += isNight ? 1 : 0;
        if (look.Purpose is { } purpose)
        {
            past.Purposes.Add(purpose);
        }

        foreach (var consent in look.Consents)
        {
            if (!_lookersUnder.TryGetValue(consent, out var lookers))
            {
                _lookersUnder[consent] = lookers = [];
            }

            lookers.Add(past);
        }
    }

    /// <summary>What one person did until now.</summary>
    private sealed class Past
    {
        public int Looks { get; set; }

        public int Nights { get; set; }

        public int MostEntries { get; set; }

        public DateTimeOffset? LastAt { get; set; }

        public DateTimeOffset? StoppedAt { get; set; }

        public HashSet<string> Purposes { get; } = [];
    }
}
