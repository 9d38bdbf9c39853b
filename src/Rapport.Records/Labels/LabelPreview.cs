using System.Security.Cryptography;
using System.Text;

namespace Rapport.Records;

/// <summary>What would be if the patient said something of labels: which entries would carry others, and who would then see more or less. Nothing is written.</summary>
public sealed class LabelPreview
{
    /// <summary>What a consent that names no purpose is looked at for.</summary>
    private const string AnyPurpose = "TREAT";

    private readonly Compartment _compartment;
    private readonly CompartmentState _before;
    private readonly CompartmentState _after;
    private readonly IReadOnlyList<(int Before, int After)> _rows;
    private readonly DateTimeOffset _at;

    internal LabelPreview(Compartment compartment, CompartmentState before, CompartmentState after, IReadOnlyList<(int Before, int After)> rows, DateTimeOffset at) =>
        (_compartment, _before, _after, _rows, _at) = (compartment, before, after, rows, at);

    /// <summary>The entries that would carry other labels, each before and after.</summary>
    public IEnumerable<(AnsweredEntry Before, AnsweredEntry After)> Changed => _rows.Select(row => (
        _before.Index.Describe(_compartment.IdText, row.Before, AnswerMode.Match), _after.Index.Describe(_compartment.IdText, row.After, AnswerMode.Match)));

    /// <summary>How many.</summary>
    public int Count => _rows.Count;

    /// <summary>An entry that would change, parsed.</summary>
    public Fhir.Resource Read(int number) => Fhir.Resource.Read(EntryHeader.Body(_compartment.OpenBody(_before, _rows[number].Before).AsMemory()));

    /// <summary>Under each agreement in force, for each recipient it names, the numbers of those of <see cref="Changed"/> that they would see and do not see now, and the other way round; nobody for whom nothing changes.</summary>
    public IReadOnlyList<LabelEffect> Effects()
    {
        Dictionary<(string Recipient, string Purpose), LabelEffect> effects = [];
        foreach (var rule in _before.Rules.Where(static rule => rule.Consent.Counts))
        {
            // One that names nobody is for everybody: looked at as somebody of whom nothing else speaks.
            foreach (var recipient in rule.Consent.Recipients.DefaultIfEmpty(""))
            {
                foreach (var purpose in rule.Consent.Purposes.DefaultIfEmpty(AnyPurpose))
                {
                    if (!effects.ContainsKey((recipient, purpose)))
                    {
                        effects[(recipient, purpose)] = EffectOn(recipient, purpose);
                    }
                }
            }
        }

        return [.. effects.Values.Where(static effect => effect.Gains.Count + effect.Loses.Count > 0)];
    }

    /// <summary>Whether somebody would see more.</summary>
    public bool SharesMore => Effects().Any(static effect => effect.Gains.Count > 0);

    /// <summary>Names what somebody would see more of: who agrees to it agrees to just this. Null when nobody would.</summary>
    public string? Gains
    {
        get
        {
            var lines = Effects().Where(static effect => effect.Gains.Count > 0)
                .Select(effect => $"{effect.Recipient}\n{effect.Purpose}\n{string.Join('\n', effect.Gains.Select(i => _before.Index.LocalOf(_rows[i].Before).ToString()).Order(StringComparer.Ordinal))}\n")
                .Order(StringComparer.Ordinal).ToList();
            return lines.Count == 0 ? null : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        }
    }

    private LabelEffect EffectOn(string recipient, string purpose)
    {
        var actor = new Actor(default, recipient, recipient, recipient.Length == 0 ? [] : [recipient]);
        var (before, after) = (_before.Decide(actor, purpose, _at, Consent.Givers.AsWritten).Permitted, _after.Decide(actor, purpose, _at, Consent.Givers.AsWritten).Permitted);
        List<int> gains = [];
        List<int> loses = [];
        for (var i = 0; i < _rows.Count; i++)
        {
            var (saw, sees) = (before.Contains(_rows[i].Before), after.Contains(_rows[i].After));
            (sees && !saw ? gains : saw && !sees ? loses : null)?.Add(i);
        }

        return new LabelEffect(recipient, purpose, gains, loses);
    }
}

/// <summary>What a recipient would see more or less of.</summary>
/// <param name="Recipient">Their reference; empty for everybody.</param>
/// <param name="Purpose">HL7 purpose of use.</param>
/// <param name="Gains">What they would see, by its number among <see cref="LabelPreview.Changed"/>.</param>
/// <param name="Loses">What they would see no more.</param>
public sealed record LabelEffect(string Recipient, string Purpose, IReadOnlyList<int> Gains, IReadOnlyList<int> Loses);

/// <summary>What came of saying something of labels.</summary>
public enum LabelOutcome
{
    /// <summary>It holds: no decision anywhere is made by the labels of before.</summary>
    Said,

    /// <summary>It was said before; nothing changed.</summary>
    SaidBefore,

    /// <summary>What it is about is not there, or is nothing that labels are said of.</summary>
    NotThere,

    /// <summary>Somebody would see more by it, and that was not agreed to.</summary>
    WouldShareMore,

    /// <summary>The patient has said more of labels than is kept.</summary>
    TooMany,

    /// <summary>It would write many entries anew in a record that has many more versions than entries already.</summary>
    TooOften,
}

/// <summary>What came of saying something of labels.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Changed">How many entries carry other labels now.</param>
public sealed record LabelsSaid(LabelOutcome Outcome, int Changed);
