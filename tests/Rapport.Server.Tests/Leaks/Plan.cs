using System.Text.Json.Nodes;

namespace Rapport.Server.Tests.Leaks;

/// <summary>
/// A made case, all of it out of one number: what is in a record, who may see what of it, and the same record with what stays home taken out, or other than it was. What is hidden is hidden by how it was made: nothing here decides what
/// a consent means.
/// </summary>
internal sealed class Plan
{
    /// <summary>Ordinary codes that no rule takes for sensitive.</summary>
    public static readonly (string System, string Code)[] Ordinary =
        [("http://loinc.org", "2339-0"), ("http://loinc.org", "29463-7"), ("http://snomed.info/sct", "195967001"), ("urn:example:codes", "V-1"), ("urn:example:codes", "V-2")];

    /// <summary>What denials name.</summary>
    public static readonly (string System, string Code) Forbidden = ("urn:example:codes", "D-1");

    /// <summary>What makes something sensitive here.</summary>
    public static readonly string[] Labels = ["PSY", "HIV", "SUD", "SEX", "SDV"];

    /// <summary>The name of what it may end with.</summary>
    public const string Treatment = "treatment";

    private readonly Random _random;

    public Plan(int seed)
    {
        (Seed, _random) = (seed, new Random(seed));
        Sharing = (Sharing)_random.Next(Enum.GetValues<Sharing>().Length);
        IsAbsent = _random.Next(2) == 0;
        Receiver = Sharing is Sharing.Emergency or Sharing.Opinion ? Receiver.Person
            : Sharing == Sharing.All && _random.Next(2) == 0 ? Receiver.Parent
            : _random.Next(3) == 0 ? Receiver.Person : (Receiver)_random.Next((int)Receiver.Organisation, (int)Receiver.Parent);
        Ending = Sharing is Sharing.Emergency or Sharing.Opinion or Sharing.Stopped or Sharing.RunOut or Sharing.OtherPurpose || _random.Next(3) > 0 ? Ending.None
            : (Ending)_random.Next((int)Ending.Looks, (int)(Sharing == Sharing.Items ? Ending.TreatmentOver : Ending.Left + 1));
        Passing = Sharing is Sharing.Emergency or Sharing.Opinion || Receiver == Receiver.App || Ending == Ending.Looks || _random.Next(3) > 0 ? Passing.None
            : (Passing)_random.Next((int)Passing.Once, (int)Passing.TakenBack + 1);
        if (Passing == Passing.TakenBack && (HasEndedOtherwise || Sharing is Sharing.Items or Sharing.Narrowed or Sharing.OtherPurpose))
        {
            // One thing alone ends it, or that one could not be seen to be forgotten.
            Passing = Passing.Again;
        }

        if (Ending == Ending.Left && !IsPassedOn && Receiver is not (Receiver.Organisation or Receiver.Team or Receiver.Role))
        {
            Ending = Ending.None;
        }

        IsPassedOnToClinic = IsPassedOn && (Ending == Ending.Left || _random.Next(2) == 0);
        DeniesWhoKnocks = IsPassedOn && _random.Next(2) == 0;
        Types = Sharing == Sharing.All ? Sketch.Types
            : Sharing == Sharing.Emergency ? ["AllergyIntolerance", "MedicationRequest", "Condition", "Immunization", "Procedure", "Observation", "DiagnosticReport"]
            : [.. _random.GetItems([.. Sketch.Types], 5).Append("Observation").Distinct()];
        Visible = SharesNothing ? [] : [.. Enumerable.Range(0, _random.Next(5, 12)).Select(MakeVisible)];
        Visible = [.. Visible.Select(visible => Link(visible, Visible))];
        HiddenHere = [.. Enumerable.Range(0, _random.Next(4, 10)).Select(i => MakeHidden($"h{i}", null)).Select(hidden => Link(hidden, Visible))];
        HiddenThere = IsAbsent ? [] : [.. HiddenHere.Select(hidden => MakeHidden(hidden.Name, hidden)), .. Enumerable.Range(0, _random.Next(3)).Select(i => MakeHidden($"more{i}", null))];
        if (!IsAbsent)
        {
            // A reference tells that something is there, so in both worlds there is. What is marked would mark what refers to it.
            var plain = HiddenHere.Zip(HiddenThere).Where(static pair => !pair.First.Json.ContainsKey("meta") && !pair.Second.Json.ContainsKey("meta") && pair.First.File == 1).Select(static pair => pair.First).ToList();
            Visible = [.. Visible.Select(visible => Link(visible, plain))];
        }

        if (Sharing == Sharing.Emergency || (!SharesNothing && Sharing is Sharing.Kinds or Sharing.Denied or Sharing.DeniedWithin or Sharing.Narrowed && _random.Next(2) == 0))
        {
            Types = [.. Types, "Patient"];
            var patient = new JsonObject { ["resourceType"] = "Patient", ["id"] = "p", ["name"] = new JsonArray(new JsonObject { ["family"] = "Sample" }) };
            Visible = [new Planted("p", "Patient", patient, new Words("Sample", "x|y", "p", "1970-01-01", "1"), []), .. Visible];
        }

        if (Ending is Ending.Treatment or Ending.TreatmentOver)
        {
            // It is in both worlds and seen in neither: what it is for stays home.
            HiddenHere = [.. HiddenHere, MakeTreatment()];
            HiddenThere = [.. HiddenThere, MakeTreatment()];
        }

        VisibleThere = Visible;
        if (!SharesNothing && Sharing is Sharing.Dates or Sharing.Codes)
        {
            // An old version that stays home, under a current one that does not.
            var at = _random.Next(Visible.Count);
            VisibleThere = [.. Visible.Select((planted, i) => i == at ? planted with { Before = MakeHidden(planted.Name, planted) } : planted)];
            Visible = [.. Visible.Select((planted, i) => i == at ? planted with { Before = MakeHidden(planted.Name, planted) } : planted)];
        }
    }

    public int Seed { get; }

    public Sharing Sharing { get; }

    /// <summary>Whether the other world lacks what is hidden; else it has other things in its place.</summary>
    public bool IsAbsent { get; }

    /// <summary>Whom it is shared with.</summary>
    public Receiver Receiver { get; }

    /// <summary>With what it ends.</summary>
    public Ending Ending { get; }

    /// <summary>Whether it goes by way of somebody else.</summary>
    public Passing Passing { get; }

    /// <summary>Whether it goes by way of somebody else, with whom it is shared: then the one who knocks is who it is passed on to.</summary>
    public bool IsPassedOn => Passing != Passing.None;

    /// <summary>Whether it is passed on to where the one works who knocks, and not to themself.</summary>
    public bool IsPassedOnToClinic { get; }

    /// <summary>Whether a denial names the one to whom it is passed on, and not whom it is shared with.</summary>
    public bool DeniesWhoKnocks { get; }

    /// <summary>Whether somebody acts for the patient by the consent.</summary>
    public bool Acts => Receiver is Receiver.Delegate or Receiver.Parent;

    /// <summary>Whether it is shared with one person, who sees it as long as nothing else is said.</summary>
    public bool IsPlain => Receiver == Receiver.Person && Ending == Ending.None && !IsPassedOn;

    /// <summary>What there is to find out with it, by name: each way, and what only some do together.</summary>
    public IEnumerable<string> Ways =>
    [
        $"{Sharing}", $"{Receiver}", $"{Ending}", $"{Passing}",
        .. IsPassedOn ? [$"passed on by {Receiver}", $"passed on until {Ending}"] : Ending == Ending.Left ? [$"{Receiver} left"] : (string[])[],
        .. IsPassedOn && Sharing == Sharing.Denied ? [$"denied to who knocks: {DeniesWhoKnocks}"] : (string[])[],
        .. IsPassedOn && Sharing == Sharing.Narrowed ? [$"narrowed and passed on {Passing}"] : (string[])[],
    ];

    /// <summary>The FHIR types that are shared.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>What the recipient sees, in the one world and in the other: the same but for old versions that stay home.</summary>
    public IReadOnlyList<Planted> Visible { get; }

    public IReadOnlyList<Planted> VisibleThere { get; }

    public IReadOnlyList<Planted> HiddenHere { get; }

    public IReadOnlyList<Planted> HiddenThere { get; }

    /// <summary>Whether nothing at all is seen.</summary>
    public bool SharesNothing => Sharing == Sharing.OtherPurpose || HasEnded;

    /// <summary>Whether what was seen is not any more.</summary>
    public bool HasEnded => HasEndedOtherwise || Passing == Passing.TakenBack || (Sharing == Sharing.Narrowed && Passing == Passing.Once);

    private bool HasEndedOtherwise => Sharing is Sharing.Stopped or Sharing.RunOut || Ending is Ending.TreatmentOver or Ending.Left;

    /// <summary>Whether more was seen before, among it what is hidden now.</summary>
    public bool WasWider => Sharing == Sharing.Narrowed || HasEnded;

    /// <summary>The purpose for which recipients ask.</summary>
    public string Purpose => Sharing == Sharing.Emergency ? "BTG" : IsPassedOn ? "TREAT" : Acts ? "PWATRNY" : Receiver == Receiver.App ? "PATRQT" : "TREAT";

    /// <summary>What is left of the treatment when it is over.</summary>
    public static Planted Over(Planted treatment)
    {
        var json = treatment.Json.DeepClone().AsObject();
        json["status"] = "finished";
        return treatment with { Json = json };
    }

    private Planted MakeTreatment()
    {
        var text = Marks.New(_random);
        return new Sketch("EpisodeOfCare", text, "urn:example:codes", text, "2026-01-02", 1).Make(Treatment, isSecret: true);
    }

    private Planted MakeVisible(int number)
    {
        var (system, code) = Pick(Ordinary);
        return new Sketch(Pick(Types), $"plain{number}", system, code, Day(), _random.Next(40, 200)).Make($"v{number}", isSecret: false);
    }

    /// <summary>Often refers to one of these, where there is one that something of its type may refer to.</summary>
    private Planted Link(Planted planted, IReadOnlyList<Planted> to) =>
        _random.Next(3) == 0 ? planted : to.Where(other => LinkOf(planted, other) is not null).ToList() is { Count: > 0 } fitting ? WithLink(planted, Pick(fitting)) : planted;

    private static Planted WithLink(Planted planted, Planted to)
    {
        var json = planted.Json.DeepClone().AsObject();
        var (link, reference) = (LinkOf(planted, to)!, new JsonObject { ["reference"] = $"{to.Type}/{to.Name}" });
        json[link] = link == "encounter" ? reference : new JsonArray(reference);
        return planted with { Json = json, File = to.File == 1 ? 1 : planted.File };
    }

    private static string? LinkOf(Planted from, Planted to) => from.Name == to.Name ? null : (from.Type, to.Type) switch
    {
        ("Observation" or "Condition" or "AllergyIntolerance" or "Immunization", "Encounter") => "encounter",
        ("MedicationRequest" or "Procedure" or "Encounter", "Condition") => "reasonReference",
        ("DiagnosticReport", "Observation") => "result",
        ("CarePlan", "Condition") => "addresses",
        _ => null,
    };

    /// <summary>Something that stays home, for a reason that the way of sharing has.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="like">What has its place in the other world, whose type and file it keeps.</param>
    private Planted MakeHidden(string name, Planted? like)
    {
        var isVersion = like is { Name: [ 'v', ..] };

        // Often of what was shared, or would be for the other purpose.
        var wasShared = SharesNothing && Sharing != Sharing.Items && _random.Next(2) == 0;
        var isMarked = !wasShared && (Sharing == Sharing.All || (like is null ? _random.Next(3) == 0 : !isVersion && like.Json.ContainsKey("meta")));
        var others = Sketch.Types.Except(Types).ToList();
        var reason = isMarked || isVersion ? Sharing : _random.Next(3) == 0 ? Sharing.Kinds : Sharing;
        var type = like?.Type ?? (wasShared ? Pick(Types) : SharesNothing || isMarked ? Pick(Sketch.Types)
            : reason is Sharing.Dates or Sharing.Codes or Sharing.Items or Sharing.Opinion or Sharing.DeniedWithin or Sharing.Denied ? Pick(Types)
            : reason == Sharing.Emergency && _random.Next(2) == 0 ? "Observation" : Pick(others));
        var (system, code) = Pick(Ordinary);
        var date = Day();
        var isOfShared = Types.Contains(type) && !isMarked && !wasShared;
        if (isOfShared && Sharing == Sharing.Codes)
        {
            (system, code) = ("urn:example:codes", Marks.New(_random));
        }
        else if (isOfShared && Sharing is Sharing.DeniedWithin or Sharing.Denied)
        {
            (system, code) = Forbidden;
        }
        else if (isOfShared && Sharing is Sharing.Dates or Sharing.Emergency)
        {
            date = $"{_random.Next(1931, 2024)}-0{_random.Next(1, 10)}-1{_random.Next(10)}";
        }

        var sketch = new Sketch(type, Marks.New(_random), system, code, date, _random.Next(40, 200) + 0.37m) { Label = isMarked ? Pick(Labels) : null };
        return sketch.Make(name, isSecret: true) with { File = like?.File ?? _random.Next(3) };
    }

    private string Day() => $"2025-{_random.Next(7, 13):00}-{_random.Next(1, 28):00}";

    private T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];
}
