# Gives a committed work container the configuration of an ordinary image again: `docker commit` would keep the work
# container's command.
ARG FROM
FROM ${FROM}
ENTRYPOINT []
CMD ["bash"]
