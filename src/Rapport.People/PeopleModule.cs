using Rapport.Data;

namespace Rapport.People;

/// <summary>
/// Everything about who people are: accounts, sessions, access tokens, organisations, circles, requests, emergencies, notices. One for each process and database, because
/// its parts share what they hold in memory. Thread safe.
/// </summary>
/// <remarks>
/// At rest nothing is in clear but which accounts and organisations there are, sizes and times: names, roles and labels are sealed under a data key of each person, and what must
/// be looked up (sign-in names, tokens, sessions, who belongs to whom) is stored as a keyed hash.
/// </remarks>
public sealed class PeopleModule : IDisposable
{
    private readonly PasswordHashing _hashing;

    /// <param name="database">Migrated with this module's assembly.</param>
    /// <param name="keyring">The keyring of that database.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="options">Null for the defaults.</param>
    public PeopleModule(Database database, Keyring keyring, TimeProvider clock, PeopleOptions? options = null)
    {
        options ??= new PeopleOptions();
        _hashing = new PasswordHashing(options.PasswordIterations);
        Accounts = new Accounts(database, keyring, clock, options, _hashing);
        Passwords = new Passwords(database, clock, Accounts, _hashing);
        Sessions = new Sessions(database, keyring, clock, options, Accounts);
        AccessTokens = new AccessTokens(database, keyring, clock, options, Accounts);
        Passkeys = new Passkeys(database, keyring, clock, Accounts);
        SecondStep = new SecondStep(database, keyring, clock, Accounts);
        Directory = new PeopleDirectory(database, keyring, clock, options, Accounts);
        CareTeams = new CareTeams(Directory, Accounts, clock);
        Circle = new Circle(database, clock, Accounts);
        Invitations = new CircleInvitations(database, clock, Accounts, Circle, options.LooksAfter);
        EndedCare = new EndedCare(database, clock, Accounts);
        Blocks = new Blocks(database, clock, Accounts);
        Introductions = new Introductions(keyring);
        Requests = new AccessRequests(database, clock, Accounts);
        Emergencies = new EmergencyOpenings(database, clock, Accounts);
        Notices = new Notices(database, Accounts);
    }

    /// <summary>Who has an account.</summary>
    public Accounts Accounts { get; }

    /// <summary>Signing in with a password.</summary>
    public Passwords Passwords { get; }

    /// <summary>Who is signed in where.</summary>
    public Sessions Sessions { get; }

    /// <summary>What scripts sign in with.</summary>
    public AccessTokens AccessTokens { get; }

    /// <summary>Signing in without a password.</summary>
    public Passkeys Passkeys { get; }

    /// <summary>What is asked for after a password, and what opens when all else is lost.</summary>
    public SecondStep SecondStep { get; }

    /// <summary>Professionals and organisations, which everyone of the installation may find.</summary>
    public PeopleDirectory Directory { get; }

    /// <summary>Care teams and roles.</summary>
    public CareTeams CareTeams { get; }

    /// <summary>Who is connected to which patient.</summary>
    public Circle Circle { get; }

    /// <summary>Invitations into circles.</summary>
    public CircleInvitations Invitations { get; }

    /// <summary>Who was taken out of those who look after a small child, and does not know yet.</summary>
    public EndedCare EndedCare { get; }

    /// <summary>From whom people want to hear nothing.</summary>
    public Blocks Blocks { get; }

    /// <summary>Who was introduced to whom.</summary>
    public Introductions Introductions { get; }

    /// <summary>What people ask patients to share with them.</summary>
    public AccessRequests Requests { get; }

    /// <summary>Openings of emergency doors, for those who watch over them.</summary>
    public EmergencyOpenings Emergencies { get; }

    /// <summary>Who is told, outside of Rapport, that something waits.</summary>
    public Notices Notices { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hashing.Dispose();
        Passkeys.Dispose();
        Directory.Dispose();
    }
}
