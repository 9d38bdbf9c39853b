using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

/// <summary>What each contract suite of this module starts from: two nodes on one database.</summary>
public abstract class PeopleContract(TestDatabase test) : IAsyncLifetime
{
    private static int s_names;
    private readonly List<PeopleModule> _nodes = [];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected TestDatabase Test => test;

    protected ManualClock Clock => test.Clock;

    /// <summary>The node most of a test runs on.</summary>
    protected PeopleModule People { get; private set; } = null!;

    /// <summary>How the tables name people.</summary>
    private protected PeopleTables Tables => People.Accounts.Store.Tables;

    /// <summary>Another node on the same database.</summary>
    protected PeopleModule OtherNode { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await test.MigrateAsync(typeof(PeopleModule));
        People = NewNode();
        OtherNode = NewNode();
    }

    public ValueTask DisposeAsync()
    {
        _nodes.ForEach(static n => n.Dispose());
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tests check many passwords, so each costs little.</summary>
    protected static PeopleOptions Options { get; } = new() { PasswordIterations = 100 };

    protected PeopleModule NewNode(PeopleOptions? options = null)
    {
        var node = new PeopleModule(test.OpenAnother(), test.Keyring, test.Clock, options ?? Options);
        _nodes.Add(node);
        return node;
    }

    /// <summary>A sign-in name nobody has yet.</summary>
    protected static string NewName() => $"somebody{Interlocked.Increment(ref s_names)}";

    protected Task<Person> AddAsync(NewPerson person) => OkAsync(People.Accounts.AddAsync(person, Cancel));

    protected Task<Person> AddAsync(string displayName = "Maya Ortiz", PatientId? record = null) =>
        AddAsync(new NewPerson { SignInName = NewName(), DisplayName = displayName, Record = record });

    protected Task<Person> AddProfessionalAsync(string displayName = "Dr Lee", string? role = null) =>
        AddAsync(new NewPerson { SignInName = NewName(), DisplayName = displayName, IsProfessional = true, Role = role });

    protected static async Task<T> OkAsync<T>(Task<Result<T>> result)
        where T : class
    {
        Result<T> answer = await result;
        Assert.Null(answer.Problem);
        return Assert.IsType<T>(answer.Value);
    }

    protected static async Task<string> ProblemAsync<T>(Task<Result<T>> result)
        where T : class
    {
        Result<T> answer = await result;
        Assert.False(answer.IsOk);
        Assert.Null(answer.Value);
        return answer.Problem;
    }

    /// <summary>Lets what nodes hold in memory grow stale.</summary>
    protected void PassFreshness() => Clock.Advance(Options.Freshness);
}
