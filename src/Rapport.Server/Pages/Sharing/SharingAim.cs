using Rapport.Consent;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing;

/// <summary>What a patient shares for, in their words, with the least that serves it.</summary>
/// <param name="Code">Names it in forms.</param>
public sealed record SharingAim(string Code)
{
    /// <summary>What the agreement that is changed was for, whatever that is called here.</summary>
    public const string AsItIs = "keep";

    private readonly Func<string> _text = static () => "";
    private readonly Func<string> _about = static () => "";
    private readonly Func<string> _benefit = static () => "";

    private SharingAim(string code, Func<string> text, Func<string> about, Func<string> benefit, params string[] kinds)
        : this(code) => (_text, _about, _benefit, KindNames) = (text, about, benefit, kinds);

    /// <summary>A second opinion: about one problem, and what belongs with it.</summary>
    public static SharingAim Opinion { get; } = new(
        "opinion", static () => SharingText.AimOpinion, static () => SharingText.AimOpinionAbout, static () => SharingText.AimOpinionBenefit,
        "conditions", "results", "reports", "medicines");

    /// <summary>All of them, in the order in which the form shows them.</summary>
    public static IReadOnlyList<SharingAim> All { get; } =
    [
        new("treat", static () => SharingText.AimTreat, static () => SharingText.AimTreatAbout, static () => SharingText.AimTreatBenefit,
            "conditions", "allergies", "medicines", "results", "reports", "plans", "you", "places"),
        new("know", static () => SharingText.AimKnow, static () => SharingText.AimKnowAbout, static () => SharingText.AimKnowBenefit,
            "conditions", "allergies", "medicines", "procedures", "vaccines", "you", "places"),
        new("hospital", static () => SharingText.AimHospital, static () => SharingText.AimHospitalAbout, static () => SharingText.AimHospitalBenefit,
            "conditions", "allergies", "medicines", "vaccines", "procedures", "results", "reports", "devices", "you", "places"),
        Opinion,
        new("help", static () => SharingText.AimHelp, static () => SharingText.AimHelpAbout, static () => SharingText.AimHelpBenefit,
            "allergies", "medicines", "visits", "places"),
        new("arrange", static () => SharingText.AimArrange, static () => SharingText.AimArrangeAbout, static () => SharingText.AimArrangeBenefit,
            "conditions", "visits", "plans", "you", "places"),
        new("research", static () => SharingText.AimResearch, static () => SharingText.AimResearchAbout, static () => SharingText.AimResearchBenefit,
            "conditions", "medicines", "results"),
        new("ask", static () => SharingText.AimAsk, static () => SharingText.AimAskAbout, static () => SharingText.AimAskBenefit),
    ];

    /// <summary>For the patient who chooses.</summary>
    public string Text => _text();

    /// <summary>Who that is for.</summary>
    public string About => _about();

    /// <summary>What the proposal does for the patient.</summary>
    public string Benefit => _benefit();

    /// <summary>The names of the kinds that serve it.</summary>
    public IReadOnlyList<string> KindNames { get; } = [];

    /// <summary>How much serves it, when sharing begins from nothing: a second opinion is about one problem.</summary>
    public SharingScope Scope => this == Opinion ? SharingScope.Around : SharingScope.Kinds;

    /// <summary>The aim of this code, or null.</summary>
    public static SharingAim? Find(string? code) => All.FirstOrDefault(aim => aim.Code == code);

    /// <summary>The aim that an agreement for a purpose had; null for a purpose that none stands for.</summary>
    public static SharingAim? OfPurpose(string purpose) => Find(purpose switch { "TREAT" => "treat", "CAREMGT" => "arrange", "FAMRQT" => "help", "HRESCH" => "research", "PATRQT" => "ask", _ => null });

    /// <summary>The aims for which somebody may have looked who named a purpose: those for which an agreement can name it, and all for a purpose that none stands for.</summary>
    public static IReadOnlyList<SharingAim> OfLook(string? purpose)
    {
        IReadOnlyList<string> codes = purpose switch
        {
            "TREAT" => ["treat", "know", "hospital", "opinion"],
            "CAREMGT" => ["help", "arrange"],
            "FAMRQT" => ["treat", "know", "hospital", "opinion", "help", "arrange"],
            "HRESCH" => ["research"],
            _ => [],
        };
        return codes.Count == 0 ? All : [.. All.Where(aim => codes.Contains(aim.Code))];
    }

    /// <summary>The HL7 purpose of use under which this recipient will look: one that they can name, so that the agreement opens something.</summary>
    public string PurposeFor(RecipientChoice recipient) => recipient.Kind == RecipientKind.App ? recipient.UsualPurpose : Code switch
    {
        "ask" => "PATRQT",
        "research" => recipient.IsProfessional ? PurposeOfUse.Research : "PATRQT",
        "arrange" or "help" => recipient.IsProfessional ? "CAREMGT" : "FAMRQT",
        _ => recipient.UsualPurpose,
    };

    /// <summary>The kinds that serve it, of those that may be shared.</summary>
    public IEnumerable<Kind> Kinds => Kind.Shareable.Where(kind => KindNames.Contains(kind.Name));
}
