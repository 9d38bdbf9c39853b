using Rapport.Conversations;

namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>Because of what the one who knocks sees a part of a patient's conversations, and not all.</summary>
internal enum Watching
{
    /// <summary>They act for the patient within some kinds of entries, and so within one topic.</summary>
    Delegate,

    /// <summary>They left a conversation.</summary>
    Left,

    /// <summary>The patient took them out.</summary>
    TakenOut,

    /// <summary>They were in a team that is in it, and are no more.</summary>
    LeftTeam,

    /// <summary>They came into it later.</summary>
    Later,

    /// <summary>They deleted what there was for themself.</summary>
    Cleared,

    /// <summary>They are in one of several.</summary>
    Beside,

    /// <summary>What was attached for them is shared no more.</summary>
    Revoked,

    /// <summary>The patient wants to hear nothing from them; they have a record of their own.</summary>
    Blocked,

    /// <summary>They act as the parent of the patient, who is fourteen.</summary>
    Parent,
}

/// <summary>
/// A made case of conversations, all of it out of one number: what happens, to whom it is told, and the same with other words in it or without it where the one who knocks must not know of it. Nothing in it decides what anybody may see: what
/// is hidden is hidden by how it was made.
/// </summary>
internal sealed class TalkPlan
{
    /// <summary>Who is about: the patient, two of a care team, somebody of the circle, somebody whose very name is a secret, and the one who knocks.</summary>
    public const string Patient = "ada", Doctor = "lee", Nurse = "kim", Friend = "sam", Hidden = "hid", Watcher = "wes", Team = "team", Alone = "alone";

    /// <summary>The conversation that the one who knocks may see, and those they may not.</summary>
    public const string Open = "open", Other = "h0", Another = "h1";

    /// <summary>The line of the first message, after what opened the conversation, and a check-in and its answer.</summary>
    private const int FirstSaid = 4;

    private static readonly (Topic Topic, string[] Types)[] Limits =
        [(Topic.Results, ["Observation", "DiagnosticReport"]), (Topic.Medicines, ["MedicationRequest"]), (Topic.Appointments, ["Appointment"]), (Topic.Papers, ["DocumentReference"])];

    private readonly Random _random;
    private readonly List<Deed> _deeds = [];


    public TalkPlan(int seed)
    {
        (Seed, _random) = (seed, new Random(seed));
        Watching = (Watching)(seed % Enum.GetValues<Watching>().Length);
        IsAbsent = Watching is not (Watching.Later or Watching.Cleared or Watching.Revoked) && seed / Enum.GetValues<Watching>().Length % 2 == 0;
        (Topic, Types) = Limits[_random.Next(Limits.Length)];
        Make();
        Deeds = _deeds;
    }

    public int Seed { get; }

    public Watching Watching { get; }

    /// <summary>Whether what is hidden does not happen in the other world; else other words are said.</summary>
    public bool IsAbsent { get; }

    /// <summary>Whether the one who knocks acts for the patient.</summary>
    public bool IsActing => Watching is Watching.Delegate or Watching.Parent;

    /// <summary>Whether the one who knocks is a professional, and so may ask for a check-in.</summary>
    public bool IsWatcherProfessional => Watching is Watching.LeftTeam or Watching.Revoked;

    /// <summary>What the conversation that may be seen is about, and within which kinds of entries whoever acts for the patient is limited.</summary>
    public Topic Topic { get; }

    public IReadOnlyList<string> Types { get; }

    public IReadOnlyList<Deed> Deeds { get; }

    /// <summary>What happens while the one who knocks listens: something that they must not hear, and something that they do.</summary>
    public IReadOnlyList<Deed> Live { get; private set; } = [];

    /// <summary>What happens while push services and mail servers listen: nobody who knocks is told that anything waits.</summary>
    public IReadOnlyList<Deed> Untold { get; private set; } = [];

    /// <summary>What they are told, with more between that they are not.</summary>
    public IReadOnlyList<Deed> Told { get; private set; } = [];

    /// <summary>The secrets of the world here, and of the one there.</summary>
    public HashSet<string> SecretsHere { get; } = [];

    public HashSet<string> SecretsThere { get; } = [];

    /// <summary>The name of somebody in what is hidden, here and there.</summary>
    public (string Here, string There) HiddenName { get; private set; }

    private void Make()
    {
        HiddenName = (Secret(), Watching is Watching.Later or Watching.Cleared || !IsAbsent ? SecretThere() : "Nobody");
        if (IsActing)
        {
            _deeds.Add(new(DeedKind.Act, Patient, "") { With = [Watcher] });
        }

        _deeds.Add(new(DeedKind.TurnOn, Watcher, ""));

        var isWatchersOwn = !IsActing && Watching != Watching.Blocked;
        List<string> with = [_random.Next(2) == 0 ? Doctor : Team];
        if (_random.Next(2) == 0)
        {
            with.Add(Friend);
        }

        if (isWatchersOwn && Watching != Watching.Later)
        {
            with.Add(Watcher);
        }

        if (Watching != Watching.Blocked)
        {
            _deeds.Add(new(DeedKind.Begin, Patient, Open) { Text = ("plain matter", "plain matter"), With = with, Topic = Topic });
        }

        // A parent reads in the record what a teenager answers in what both read.
        if (Watching is not (Watching.Blocked or Watching.Revoked or Watching.Parent))
        {
            // Everybody in it knows that it was asked and answered, and who asked alone what was.
            _deeds.Add(new(DeedKind.Ask, with[0] == Team ? Nurse : Doctor, Open) { Text = ("plain check", "plain check") });
            _deeds.Add(new(DeedKind.Answer, Patient, Open) { Text = (Secret(), SecretThere()) });
        }

        if (Watching is Watching.Later or Watching.Cleared)
        {
            MakeBefore(with[0] == Team ? Nurse : Doctor, with[0] == Team);
        }
        else if (Watching == Watching.Revoked)
        {
            MakeRevoked();
        }
        else if (Watching == Watching.Blocked)
        {
            _deeds.Add(new(DeedKind.Block, Patient, "") { With = [Watcher], Text = ("yes", null) });
        }
        else
        {
            MakeOthers();
        }

        if (Watching != Watching.Blocked)
        {
            Talk(Open, [Patient, with[0] == Team ? Nurse : Doctor, .. isWatchersOwn ? [Watcher] : Array.Empty<string>()], _random.Next(1, 4), isHidden: false);
            var more = Watching is Watching.Revoked ? [] : Watching is Watching.Later or Watching.Cleared
                ? [new Deed(DeedKind.Correct, Patient, Open) { Line = FirstSaid, Text = Words() }]
                : (Deed[])[new(DeedKind.Say, Patient, Other) { Text = Words() }, new(DeedKind.Say, Doctor, Other) { Text = Words() }, new(DeedKind.Ask, Doctor, Other) { Text = Words() }, new(DeedKind.Answer, Patient, Other) { Text = Words() }];
            Live = [.. more, new(DeedKind.Say, Patient, Open) { Text = ("the end", "the end") }];
        }

        MakeTold();
    }

    private void MakeTold()
    {
        Untold = Watching switch
        {
            Watching.Blocked => [new(DeedKind.AskForAccess, Watcher, "")],
            Watching.Later or Watching.Cleared => [new(DeedKind.Correct, Patient, Open) { Line = FirstSaid, Text = Words() }],

            // Here it ends sooner than there, and what is new in the record is none of theirs.
            Watching.Revoked => [new(DeedKind.Revoke, Patient, Open) { Text = ("yes", null) }, new(DeedKind.Bring, Patient, "") { Text = (Secret(), null) }, new(DeedKind.Revoke, Patient, Open)],
            _ =>
            [
                new(DeedKind.Say, Patient, Other) { Text = Words() }, new(DeedKind.Say, Doctor, Other) { Text = Words() }, new(DeedKind.SayFile, Doctor, Another) { Text = Words() },
                new(DeedKind.Ask, Doctor, Other) { Text = Words() }, new(DeedKind.Answer, Patient, Other) { Text = Words() }, new(DeedKind.Say, Patient, Another) { Text = Words() },
            ],
        };
        if (Watching != Watching.Blocked)
        {
            Told =
            [
                new(DeedKind.Say, Patient, Open) { Text = ("plain8", "plain8") },
                .. Untold.Where(static deed => deed.What == DeedKind.Say).Select(deed => deed with { Text = Words() }),
                new(DeedKind.Say, Patient, Open) { Text = ("plain9", "plain9") },
            ];
        }
    }

    /// <summary>What was said before the one who knocks came, or until they deleted it: in the other world it is as much, in other words.</summary>
    private void MakeBefore(string answerer, bool isTeam)
    {
        _deeds.Add(new(DeedKind.Say, Patient, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Add, Patient, Open) { With = [Hidden] });
        Talk(Open, [Patient, answerer, Hidden], _random.Next(1, 5), isHidden: true);
        _deeds.Add(new(DeedKind.SayFile, answerer, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Ask, answerer, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Answer, Patient, Open) { Text = Words() });

        // One goes on unanswered, and one is answered later.
        _deeds.Add(new(DeedKind.Ask, answerer, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Ask, answerer, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Read, Hidden, Open));
        _deeds.Add(new(DeedKind.Leave, Hidden, Open));
        if (isTeam && _random.Next(2) == 0)
        {
            _deeds.Add(new(DeedKind.Close, Nurse, Open) { Text = Words() });
        }

        _deeds.Add(Watching == Watching.Later ? new(DeedKind.Add, Patient, Open) { With = [Watcher] } : new(DeedKind.Clear, Watcher, Open));
        Talk(Open, [Patient], 1, isHidden: false);
        _deeds.Add(new(DeedKind.Answer, Patient, Open) { Text = Words() });
        _deeds.Add(new(DeedKind.Correct, Patient, Open) { Line = FirstSaid, Text = Words() });
    }

    /// <summary>An entry that was attached, and is shared no more: by the end of the agreement, of their part in the conversation, or of all of it.</summary>
    private void MakeRevoked()
    {
        _deeds.Add(new(DeedKind.SayAttached, Patient, Open) { Text = ("look", "look") });
        _deeds.Add(new(DeedKind.Ask, Watcher, Open) { Text = ("plain check", "plain check") });
        _deeds.Add(new(DeedKind.Answer, Patient, Open) { Text = (Secret(), SecretThere()) });
        _deeds.Add(new(DeedKind.Revoke, Patient, Open));
        _deeds.Add(new(DeedKind.SayAttached, Patient, Open) { Text = ("look again", "look again") });
    }

    /// <summary>Conversations that the one who knocks is not in any more, or never was.</summary>
    private void MakeOthers()
    {
        var (isLimited, wasIn) = (Watching == Watching.Delegate, Watching is Watching.Left or Watching.TakenOut);
        foreach (var where in (string[])[Other, Another])
        {
            // Whoever acts is kept out by the topic, or what it is about, or because the patient is alone in it; a team may be late to answer in it.
            var isAlone = IsActing && where == Other && _random.Next(2) == 0;
            var topic = !isLimited || isAlone ? Limits[_random.Next(Limits.Length)].Topic : Limits.Select(static limit => limit.Topic).Append(Topic.General).First(other => other != Topic);
            List<string> with = [Watching == Watching.LeftTeam || (isLimited && where == Another) ? Team : Doctor, Hidden];
            if (with[0] != Doctor)
            {
                with.Add(Doctor);
            }

            if (wasIn)
            {
                with.Add(Watcher);
            }

            _deeds.Add(new(DeedKind.Begin, isAlone ? Alone : Patient, where) { Text = Watching == Watching.Parent && !isAlone ? About("depression", Words()) : Words(), With = with, Topic = topic });
            var saying = (string[])[Patient, Doctor, Hidden, .. Watching == Watching.LeftTeam || wasIn ? [Watcher] : Array.Empty<string>()];
            Talk(where, saying, _random.Next(1, 4), isHidden: true);
            _deeds.Add(new(DeedKind.SayFile, Doctor, where) { Text = Words() });
            _deeds.Add(new(DeedKind.Ask, Doctor, where) { Text = Words() });
            _deeds.Add(new(DeedKind.Answer, Patient, where) { Text = Words() });
            if (wasIn)
            {
                _deeds.Add(new(Watching == Watching.Left ? DeedKind.Leave : DeedKind.Remove, Watching == Watching.Left ? Watcher : Patient, where) { With = [Watcher], Text = ("yes", IsAbsent ? null : "yes") });
                Talk(where, [Patient, Doctor], 1, isHidden: true);
            }
        }

        if (Watching == Watching.LeftTeam)
        {
            _deeds.Add(new(DeedKind.LeaveTeam, Watcher, ""));
        }
    }

    private void Talk(string where, IReadOnlyList<string> who, int lines, bool isHidden)
    {
        for (var i = 0; i < lines; i++)
        {
            _deeds.Add(new(DeedKind.Say, who[_random.Next(who.Count)], where) { Text = isHidden ? Words() : ($"plain{i}", $"plain{i}") });
        }
    }

    private static (string Here, string? There) About(string matter, (string Here, string? There) words) => ($"{matter} {words.Here}", words.There is null ? null : $"{matter} {words.There}");

    /// <summary>Words that nothing else has, and others in the other world or none.</summary>
    private (string Here, string? There) Words() => (Secret(), IsAbsent ? null : SecretThere());

    private string Secret()
    {
        var secret = Marks.New(_random);
        SecretsHere.Add(secret);
        return secret;
    }

    private string SecretThere()
    {
        var secret = Marks.New(_random);
        SecretsThere.Add(secret);
        return secret;
    }
}
