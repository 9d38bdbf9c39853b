using Rapport.Data;

namespace Rapport.Records;

/// <summary>What a patient comments on in their own record, and the comments of others in it. Thread safe.</summary>
public sealed class OwnComments
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly OwnWriting _writing;
    private readonly Actor _actor;

    internal OwnComments(RecordServices services, Compartment compartment, OwnWriting writing, Actor actor) => (_services, _compartment, _writing, _actor) = (services, compartment, writing, actor);

    /// <summary>Writes a comment on an entry.</summary>
    /// <param name="type">The FHIR type of the entry.</param>
    /// <param name="local">Its id.</param>
    /// <param name="words">The words.</param>
    /// <param name="source">What it is known by where sources are told.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>False when there is no such entry.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> WriteAsync(string type, LocalId local, CommentWords words, string source, CancellationToken cancel) =>
        CommentWriting.WriteAsync(_services, _writing, (type, local), words, ($"Patient/{_compartment.IdText}", _actor.Name), source, cancel);

    /// <summary>The source that a comment is, by which it is taken out; null when there is no such comment, or it came in another way.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Source?> SourceOfAsync(LocalId comment, CancellationToken cancel) => CommentWriting.SourceOfAsync(_services, _compartment, comment, cancel);
}
