namespace Rapport.Fhir;

/// <summary>The children of an <see cref="Element"/>, to be used in a <c>foreach</c>. Allocates nothing.</summary>
public readonly struct ElementChildren
{
    private readonly Resource resource;
    private readonly int owner;

    internal ElementChildren(Resource resource, int owner)
    {
        this.resource = resource;
        this.owner = owner;
    }

    /// <summary>Starts before the first child.</summary>
    public Enumerator GetEnumerator() => new(resource, owner);

    /// <summary>Walks the children in document order.</summary>
    public struct Enumerator
    {
        private readonly Resource resource;
        private readonly int end;
        private int next;

        internal Enumerator(Resource resource, int owner)
        {
            this.resource = resource;
            end = resource.NodeAt(owner).End;
            next = owner + 1;
            Current = default;
        }

        /// <summary>The child it stands on.</summary>
        public Element Current { readonly get; private set; }

        /// <summary>Goes to the next child; <see langword="false"/> after the last.</summary>
        public bool MoveNext()
        {
            while (next < end)
            {
                int index = next;
                ref readonly Node node = ref resource.NodeAt(index);
                next = node.End;
                if ((node.Flags & NodeFlags.Linked) == 0)
                {
                    Current = new Element(resource, index);
                    return true;
                }
            }
            return false;
        }
    }
}
